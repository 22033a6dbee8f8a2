package dev.bide.job;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stood at one instant. Its environment, which may be large, is read apart.
 *
 * @param number what people type; never used again
 * @param uuid unique everywhere; never used again
 * @param program what runs
 * @param directory absolute path of the working directory
 * @param name a label for people, or null
 * @param queue the queue it waits in
 * @param umask file mode creation mask
 * @param terms when it may run
 * @param submittedAt when it was accepted
 * @param attempt how often it was assigned to be started; 0 = never
 * @param pinned true: it stays, whatever its age
 * @param status where it stands
 */
public record Job(
    long number,
    UUID uuid,
    Program program,
    String directory,
    @Nullable String name,
    String queue,
    int umask,
    Terms terms,
    Instant submittedAt,
    int attempt,
    boolean pinned,
    Status status) {

  /** One that is not pinned. */
  public Job(
      long number,
      UUID uuid,
      Program program,
      String directory,
      @Nullable String name,
      String queue,
      int umask,
      Terms terms,
      Instant submittedAt,
      int attempt,
      Status status) {
    this(
        number,
        uuid,
        program,
        directory,
        name,
        queue,
        umask,
        terms,
        submittedAt,
        attempt,
        false,
        status);
  }

  /** The same with a new attempt, which stands so. */
  public Job on(AttemptId newAttempt, Status.Running newStatus) {
    return new Job(
        number,
        uuid,
        program,
        directory,
        name,
        queue,
        umask,
        terms,
        submittedAt,
        newAttempt.attempt(),
        pinned,
        newStatus);
  }

  /** The state in one word. */
  public State state() {
    return status.state();
  }

  /**
   * The latest attempt.
   *
   * @throws IllegalStateException when it never had one
   */
  public AttemptId latestAttempt() {
    if (attempt == 0) {
      throw new IllegalStateException("job " + number + " was never started");
    }
    return new AttemptId(number, uuid, attempt);
  }
}
