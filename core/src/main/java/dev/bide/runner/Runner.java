package dev.bide.runner;

import dev.bide.job.AttemptId;
import dev.bide.job.JobSignal;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Starts, stops and finds again the processes of attempts; knows attempts, no queue, no store. */
public interface Runner extends AutoCloseable {
  /**
   * Names the place where this runner's processes live, so that a later server can tell whether
   * what it remembers is within its reach: host, boot and process namespace.
   */
  String node();

  /** Whom to tell; called once, before anything is started or adopted. */
  void listen(Listener listener);

  /** Returns at once; asking again, even after a crash, never starts it twice. */
  void start(Launch launch);

  /**
   * Returns at once. Asks every process of the attempt to end, makes it after the grace, then looks
   * what is left. An attempt that has not started yet never will.
   */
  void stop(AttemptId attempt, Duration grace);

  /**
   * Sends a signal, and nothing else: what it does is the command's business.
   *
   * @param all to every process of the attempt; otherwise to the one that the command became
   * @return how many got it, in the background; 0 when none could be found
   */
  CompletableFuture<Integer> signal(AttemptId attempt, JobSignal signal, boolean all);

  /**
   * After a restart: tells the listener, once each, what became of these.
   *
   * @param open with the node each was assigned to
   */
  void adopt(Collection<Open> open);

  /** The exit that is recorded already, whole; empty while it runs or when none can be known. */
  Optional<Exit> recorded(AttemptId attempt);

  /**
   * The processes that carry the attempt's mark and run now, whatever is recorded of it. Looks
   * through the whole process table: tens of milliseconds.
   */
  default List<ProcessIdentity> alive(AttemptId attempt) {
    return List.of();
  }

  /** Its beginning, as recorded when its process came to exist; empty when none is recorded. */
  Optional<Beginning> begun(AttemptId attempt);

  /** Where the attempt's files are, whether or not they exist. */
  Path directory(AttemptId attempt);

  /**
   * True for some seconds after a start has failed because there was no room on the disk: for data,
   * for files (inodes) or within a quota.
   */
  default boolean outOfRoom() {
    return false;
  }

  /** Deletes what is on disk of a job. It is final and no attempt of it is open. */
  void remove(AttemptId latest);

  /**
   * Deletes what is still on disk of jobs that were removed while a server ended; in the
   * background, and returns at once.
   *
   * @param uuidOfRemoved by the number of a job: its uuid, if it was removed
   */
  default void sweep(LongFunction<Optional<UUID>> uuidOfRemoved) {}

  /**
   * The store cannot write, and its disk may lose what was last written: what is known of these is
   * kept elsewhere, where that is possible. Returns at once.
   *
   * @param open attempts that were to be started and whose end is not in the store
   */
  default void storeIsDown(Collection<AttemptId> open) {}

  /** The store has all that was told: what was kept elsewhere is not needed any more. */
  default void storeIsBack() {}

  /** Lets go of everything; what runs goes on. */
  @Override
  void close();

  /**
   * An attempt that was open when a server stopped.
   *
   * @param process its process, where one was known: then it did start, whatever is on disk now
   * @param stopping the grace, where it was being stopped: its end is told once all of its
   *     processes have ended; else null
   */
  record Open(
      AttemptId attempt,
      String node,
      @Nullable ProcessIdentity process,
      @Nullable Duration stopping) {
    /** One that was not being stopped. */
    public Open(AttemptId attempt, String node, @Nullable ProcessIdentity process) {
      this(attempt, node, process, null);
    }

    /** One of which no process was known. */
    public Open(AttemptId attempt, String node) {
      this(attempt, node, null);
    }
  }

  /** Which process an attempt became, and when. */
  record Beginning(ProcessIdentity process, Instant at) {}

  /** Any thread, any order, perhaps twice: the guards of the store make that harmless. */
  interface Listener {
    /** Its process exists. */
    void started(AttemptId attempt, ProcessIdentity process, Instant at);

    /**
     * It is known never to have started, and never will.
     *
     * @param commandsFault true: the command's own fault, which ends the job; false: the machine's,
     *     which puts it back
     */
    void notStarted(AttemptId attempt, boolean commandsFault, String message);

    /** It ended, and this is how. */
    void exited(AttemptId attempt, Exit exit);

    /** It is gone and how it ended cannot be known; the evidence is for people. */
    void lost(AttemptId attempt, Reason why, String evidence, @Nullable Instant lastSeenAt);

    /** Its truth is out of reach for now; null: it is in reach again. */
    void unreachable(AttemptId attempt, @Nullable String message, @Nullable Instant lastSeenAt);
  }
}
