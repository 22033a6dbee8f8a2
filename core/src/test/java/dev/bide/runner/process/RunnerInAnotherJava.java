package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import dev.bide.job.Program;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * A server that is there to be killed: keeps some attempts running, and says of each that it will
 * be started before it is, as a store would remember it.
 */
final class RunnerInAnotherJava {
  private RunnerInAnotherJava() {}

  /** What the attempt with this number does: a line in a ledger, a moment, and its own code. */
  static String line(Path home, AttemptId attempt) {
    return "echo "
        + attempt.cookie()
        + " >>"
        + home
        + "/ledger; echo begin; sleep 0."
        + attempt.number() % 4
        + "; echo end; exit "
        + code(attempt);
  }

  static int code(AttemptId attempt) {
    return (int) (attempt.number() % 100);
  }

  /** The home, and how many at once. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws InterruptedException {
    Path home = Path.of(arguments[0]);
    RunnerHome bench = new RunnerHome(home);
    Semaphore slots = new Semaphore(Integer.parseInt(arguments[1]));
    while (true) {
      slots.acquire();
      AttemptId attempt = bench.nextAttempt();
      System.out.println(attempt.number() + " " + attempt.uuid());
      System.out.flush();
      bench.start(attempt, new Program.ShellLine(line(home, attempt)), "/", RunnerHome.PATH);
      Thread watcher =
          new Thread(
              () -> {
                bench.news().awaitEnd(attempt);
                slots.release();
              });
      watcher.setDaemon(true);
      watcher.start();
    }
  }
}
