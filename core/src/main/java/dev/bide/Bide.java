package dev.bide;

import dev.bide.engine.Command;
import dev.bide.engine.Event;
import dev.bide.engine.Refused;
import dev.bide.engine.Submitted;
import dev.bide.job.Attempt;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.queue.QueueSettings;
import dev.bide.queue.Situation.Wait;
import dev.bide.store.JobFilter;
import dev.bide.store.Page;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** SHAPE ONLY; the bodies come with the engine. */
public abstract class Bide implements AutoCloseable {
  /** Ends what {@link #listen} began. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** What a restart found: how many went on, which ended meanwhile. */
  public record Recovered(int running, List<Job> ended, int waiting) {}

  /**
   * How it is.
   *
   * @param down why the store cannot write, or null when it can
   * @param lowDisk true while nothing starts because the disk is nearly full
   */
  public record Health(@Nullable String down, boolean lowDisk) {}

  public static Bide open(BideConfig config) {
    if (config.minimumFree() < Long.MAX_VALUE) {
      throw new UnsupportedOperationException("the engine comes with the next commit");
    }
    throw new IllegalStateException();
  }

  // asking for change: futures complete after the commit, exceptionally with Refused, Busy,
  // StoreDown
  public abstract CompletableFuture<Submitted> submit(
      List<JobSpec> specs, Command.@Nullable Key key);

  /** Answers, for each, whether it was taken over (false: its uuid is known). */
  public abstract CompletableFuture<List<Boolean>> takeOver(List<Command.Imported> jobs);

  /** Null grace: the configured one. Final jobs are answered unchanged. */
  public abstract CompletableFuture<Job> cancel(long number, @Nullable Duration grace);

  public abstract CompletableFuture<Job> retry(long number);

  public abstract CompletableFuture<Boolean> remove(long number);

  public abstract CompletableFuture<QueueSettings> change(
      String queue, @Nullable Integer slots, @Nullable Boolean paused);

  // reading
  /** Throws Refused: NO_SUCH_JOB or REMOVED. */
  public abstract Job find(long number) throws Refused;

  public abstract Job find(UUID uuid) throws Refused;

  /** Jobs whose uuid starts so (lower case hex and dashes, 8 characters or more). */
  public abstract List<Job> findByPrefix(String uuidPrefix);

  public abstract Page list(JobFilter filter, @Nullable String after, int limit);

  public abstract void forEach(JobFilter filter, Consumer<Job> reader);

  public abstract List<Attempt> attempts(long number);

  public abstract Map<String, String> environment(long number);

  /** Why each of these waits, those that do not wait left out. */
  public abstract Map<Long, Wait> why(Collection<Job> jobs);

  public abstract List<Event.QueueState> queues();

  /** Waits until it is final. */
  public abstract Job await(long number, Duration atMost)
      throws TimeoutException, InterruptedException;

  /** Completes with the job once it is final. */
  public abstract CompletableFuture<Job> whenFinal(long number);

  /** The log of an attempt (0 = the latest); the file may not exist yet. */
  public abstract Path logFile(Job job, int attempt);

  /** The run directory of an attempt. */
  public abstract Path directory(Job job, int attempt);

  /**
   * Tells of everything that is committed from now on; the listener must be quick. Close to stop.
   */
  public abstract Subscription listen(Consumer<Event> listener);

  public abstract Recovered recovered();

  public abstract Health health();

  /** Cancels all that waits? No: only what runs, reason SERVER_STOP, and starts nothing new. */
  public abstract void killRunning(Duration grace) throws InterruptedException;

  @Override
  public abstract void close();
}
