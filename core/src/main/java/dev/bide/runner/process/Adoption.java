package dev.bide.runner.process;

import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.runner.Runner.Listener;
import dev.bide.runner.Runner.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a restart: finds out what became of an attempt that an earlier server left open. LOST needs
 * evidence, and so does "it never started"; what cannot be told from here is said to be
 * unreachable. Thread-safe.
 */
final class Adoption {
  private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

  private final Path runs;
  private final Node here;
  private final EmergencyNotes notes;
  private final Listener listener;
  private final Watch watch;

  /** Read once, and only when somebody asks: it is dear. */
  private @Nullable Map<String, ProcessTable.Stat> processes;

  /** Read once, and only when somebody asks. */
  private @Nullable Map<String, ProcessIdentity> noted;

  Adoption(Path runs, Node here, EmergencyNotes notes, Listener listener, Watch watch) {
    this.runs = runs;
    this.here = here;
    this.notes = notes;
    this.listener = listener;
    this.watch = watch;
  }

  /** Tells the listener what became of it, or has it watched. */
  void adopt(Open found) {
    RunDirectory directory = new RunDirectory(runs, found.attempt());
    try {
      decide(found, directory);
    } catch (IOException e) {
      LOG.warn("cannot look at attempt {}: {}", found.attempt(), e.toString());
      lookAgain(found, directory, watched(found, directory));
      listener.unreachable(
          found.attempt(),
          "its run directory cannot be read (" + e.getMessage() + "): " + directory.path(),
          null);
    }
  }

  /** Without what could not be read, a look would find no record, and say that it never ran. */
  private void lookAgain(Open found, RunDirectory directory, OpenAttempt attempt) {
    synchronized (attempt) {
      attempt.unread =
          () -> {
            attempt.unread = null;
            try {
              decide(found, directory);
            } catch (IOException e) {
              LOG.debug("cannot look at attempt {} yet: {}", found.attempt(), e.toString());
              lookAgain(found, directory, attempt);
            }
          };
    }
  }

  private void decide(Open found, RunDirectory directory) throws IOException {
    Optional<String> format = directory.format();
    if (format.isPresent() && !format.get().equals(JobScript.FORMAT)) {
      watch.forget(directory.name());
      unreachable(
          found,
          "it was started by another version of Bide (\""
              + format.get()
              + "\"): start that version again, or look into "
              + directory.path());
      return;
    }
    Optional<RunDirectory.RecordedExit> exit = directory.recordedExit();
    Optional<Node> then = Node.parse(found.node());
    if (exit.isPresent()) {
      // whoever recorded it, and wherever: this is how it ended
      watch.check(watched(found, directory));
      return;
    }
    if (then.isEmpty()) {
      watch.forget(directory.name());
      unreachable(found, "where it was started is not known: \"" + found.node() + "\"");
      return;
    }
    Node.Reach reach = here.reach(then.get());
    if (reach != Node.Reach.HERE) {
      watch.forget(directory.name());
    }
    switch (reach) {
      case ELSEWHERE ->
          unreachable(
              found,
              "it was started on "
                  + then.get().host()
                  + ", in a place this server cannot look into (another host or container): start"
                  + " the server there");
      case EARLIER_BOOT ->
          listener.lost(
              found.attempt(),
              Reason.REBOOT,
              "the host has restarted since, and no exit code is recorded",
              lastSeen(directory));
      case EARLIER_CONTAINER ->
          listener.lost(
              found.attempt(),
              Reason.NODE_LOST,
              "the container it ran in was stopped, and no exit code is recorded",
              lastSeen(directory));
      case HERE -> decideHere(found, directory);
    }
  }

  /**
   * A command may have removed its record or its whole directory, and a disk that met an error may
   * have lost it: who is known to have started, by the store, by what a server noted that could not
   * write into it, or by the process table, has.
   */
  private void decideHere(Open found, RunDirectory directory) throws IOException {
    OpenAttempt attempt = opened(found, directory);
    synchronized (attempt) { // else whoever looks meanwhile finds no record, and says it never ran
      if (watch.add(attempt)) {
        decideWatched(found, directory, attempt);
        return;
      }
    }
    OpenAttempt known = watch.find(directory.name());
    if (known != null) {
      synchronized (known) {
        decideWatched(found, directory, known);
      }
    }
  }

  private void decideWatched(Open found, RunDirectory directory, OpenAttempt attempt)
      throws IOException {
    if (attempt.stage == OpenAttempt.Stage.SENT) {
      tellWhatIsKnown(found, directory, attempt);
    }
    watch.check(attempt); // it goes on, is lost, or never starts
  }

  private void tellWhatIsKnown(Open found, RunDirectory directory, OpenAttempt attempt)
      throws IOException {
    boolean there = directory.exists();
    if (!there || !(directory.record() instanceof ProcessRecord.Runs)) {
      ProcessIdentity known = found.process();
      known = known == null ? noted(found) : known;
      known = known == null ? byCookie(found) : known;
      if (known != null) {
        watch.report().tellStarted(attempt, new ProcessRecord.Runs(known, null));
      } else if (!there) {
        watch
            .report()
            .tellNotStarted(attempt, "the server ended before it could prepare the start");
      }
    }
  }

  private synchronized @Nullable ProcessIdentity noted(Open found) {
    if (noted == null) {
      try {
        noted = notes.read();
      } catch (IOException | UnsupportedOperationException e) {
        LOG.warn("what an earlier server has noted cannot be read: {}", e.toString());
        noted = Map.of();
      }
    }
    return noted.get(found.attempt().cookie());
  }

  private @Nullable ProcessIdentity byCookie(Open found) throws IOException {
    ProcessTable.Stat process = processes().get(found.attempt().cookie());
    return process == null
        ? null
        : new ProcessIdentity(process.pid(), process.startTicks(), here.bootId());
  }

  private synchronized Map<String, ProcessTable.Stat> processes() throws IOException {
    if (processes == null) {
      processes = ProcessTable.snapshot().oldestByCookie();
    }
    return processes;
  }

  private static OpenAttempt opened(Open found, RunDirectory directory) {
    OpenAttempt attempt =
        new OpenAttempt(found.attempt(), directory, OpenAttempt.Stage.SENT, Instant.EPOCH);
    attempt.grace = found.stopping();
    return attempt;
  }

  private OpenAttempt watched(Open found, RunDirectory directory) {
    OpenAttempt attempt = opened(found, directory);
    if (!watch.add(attempt)) {
      OpenAttempt known = watch.find(directory.name());
      return known == null ? attempt : known;
    }
    return attempt;
  }

  private void unreachable(Open found, String message) {
    listener.unreachable(
        found.attempt(), message, lastSeen(new RunDirectory(runs, found.attempt())));
  }

  /** The last sign of it: it wrote, or was started. */
  private static @Nullable Instant lastSeen(RunDirectory directory) {
    return directory.lastWritten().orElse(null);
  }
}
