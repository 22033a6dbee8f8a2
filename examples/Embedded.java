import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The queue as a library: open a home, submit a command, wait for it, read what it wrote.
 *
 * <p>{@code java --enable-native-access=ALL-UNNAMED -cp app/target/bide.jar examples/Embedded.java HOME}
 */
public class Embedded {
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments.length > 0 ? arguments[0] : "embedded-home");

    // One program at a time holds a home. Closing it leaves jobs running: the next one finds them again.
    try (Bide bide = Bide.open(BideConfig.of(home))) {

      // Completes once the job is on disk. From then on it survives a crash of this program.
      Job job = bide.submit(JobSpec.of("sh", "-c", "echo hello from $$; exit 7").named("greeting")).get();
      System.out.println("accepted as job " + job.number());

      Job ended = bide.await(job.number(), Duration.ofMinutes(1));
      if (ended.status() instanceof Status.Ended end) {
        System.out.println("job " + ended.number() + " is " + ended.state() + ", exit code " + end.ending().exitCode());
      }
      System.out.print(Files.readString(bide.logFile(ended, ended.attempt())));
    }
  }
}
