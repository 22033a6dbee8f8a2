package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.JobSignal;
import dev.bide.job.ProcessIdentity;
import dev.bide.runner.Exit;
import dev.bide.runner.Launch;
import dev.bide.runner.Runner;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs attempts as processes of this host that do not depend on this server: a launcher, a small
 * shell script in a session of its own, starts each and records how it ended. Thread-safe.
 *
 * <p>The way of an attempt: {@link ProgramLookup} looks whether it can start, {@link RunDirectory}
 * is made with its {@link JobScript}, a {@link Launcher} is told, says through the {@link
 * ExitChannel} that there is news, and {@link Watch} looks what they are.
 */
public final class ProcessRunner implements Runner {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessRunner.class);

  private static final Duration IDLE_LAUNCHER = Duration.ofSeconds(30);
  private static final Duration ADOPTION = Duration.ofSeconds(10);

  /** Long enough that a full disk is not asked by every job that waits. */
  private static final Duration OUT_OF_ROOM = Duration.ofSeconds(5);

  /** What the kernel says, in English (strerror(3)): a server runs under C.UTF-8. */
  private static final List<String> NO_ROOM =
      List.of("No space left on device", "Disk quota exceeded");

  private final Path home;
  private final Path runs;
  private final @Nullable String url;
  private final Node node;
  private final LauncherCommand command;
  private final Clock clock;

  private final RunnerThreads threads = new RunnerThreads();
  private final Cgroups cgroups;
  private final Stopping stopping;
  private final EmergencyNotes notes;

  /** How often the store went down or came back: what is due for an earlier time is not done. */
  private final AtomicLong turns = new AtomicLong();

  private volatile @Nullable Listening listening;
  private volatile boolean closed;

  /** By System.nanoTime, when a start last found no room; null: it never did. */
  private volatile @Nullable Long foundNoRoom;

  /** What exists once there is somebody to tell. */
  private record Listening(
      Listener listener, LauncherPool launchers, Watch watch, SafetyNet net, ExitChannel exits) {}

  /**
   * Copies the launcher to where no upgrade touches it, and finds out how to start it.
   *
   * @param home the home of the queue; the FIFO is made in it
   * @param runs the directory of all run directories; exists
   * @param launcherDirectory where the copy of the launcher goes
   * @param launcherEnvironment the whole environment of launchers: PATH
   * @param url start of the page's address that jobs are told, or null
   * @throws IOException when this machine cannot run launchers; its message is for people
   */
  public ProcessRunner(
      Path home,
      Path runs,
      Path launcherDirectory,
      Map<String, String> launcherEnvironment,
      @Nullable String url,
      Clock clock)
      throws IOException {
    this(
        home,
        runs,
        launcherDirectory,
        launcherEnvironment,
        url,
        clock,
        List.of("/bin/sh"),
        Cgroups.here(home.toAbsolutePath()));
  }

  ProcessRunner(
      Path home,
      Path runs,
      Path launcherDirectory,
      Map<String, String> launcherEnvironment,
      @Nullable String url,
      Clock clock,
      List<String> shell,
      Cgroups cgroups)
      throws IOException {
    this.home = home.toAbsolutePath();
    this.runs = runs.toRealPath(); // as /proc shows it
    this.url = url;
    this.clock = clock;
    this.cgroups = cgroups;
    this.notes = EmergencyNotes.here(this.runs);
    this.stopping = new Stopping(cgroups);
    this.node = Node.here();
    this.command =
        new LauncherCommand(launcherDirectory.toAbsolutePath(), launcherEnvironment, shell);
  }

  @Override
  public String node() {
    return node.toString();
  }

  @Override
  public void listen(Listener listener) {
    Path fifo = home.resolve("exits");
    LauncherPool launchers =
        new LauncherPool(
            command,
            runs,
            fifo,
            cgroups,
            threads.timer(),
            IDLE_LAUNCHER,
            (name, code) -> {
              Listening now = listening;
              OpenAttempt attempt = now == null ? null : now.watch().find(name);
              if (now != null && attempt != null) {
                now.exits()
                    .afterWhatWasSaid(
                        () -> threads.watch(() -> now.watch().launcherDied(attempt, code)));
              }
            });
    Watch watch =
        new Watch(
            node.bootId(),
            listener,
            launchers,
            stopping,
            cgroups,
            threads::watch,
            this::hear,
            clock);
    Beginnings beginnings =
        new Beginnings(
            threads.timer(), due -> threads.watch(() -> due.forEach(watch.report()::started)));
    try {
      ExitChannel exits =
          new ExitChannel(fifo, (name, hint) -> hinted(launchers, watch, beginnings, name, hint));
      SafetyNet net = new SafetyNet(watch, threads.timer());
      listening = new Listening(listener, launchers, watch, net, exits);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e.getMessage(), e);
    }
  }

  private void hinted(
      LauncherPool launchers,
      Watch watch,
      Beginnings beginnings,
      String name,
      ExitChannel.Hint hint) {
    OpenAttempt attempt = watch.find(name);
    if (attempt == null) {
      if (hint.kind() != ExitChannel.Hint.Kind.STARTED) {
        launchers.free(name);
      }
      return;
    }
    switch (hint.kind()) {
      case STARTED -> {
        attempt.announced = hint.process();
        beginnings.heard(attempt);
      }
      case REFUSED -> threads.watch(() -> watch.refused(attempt));
      case ENDED -> threads.watch(() -> watch.ended(attempt, hint.code(), hint.left()));
    }
  }

  private Listening listening() {
    Listening now = listening;
    if (now == null) {
      throw new IllegalStateException("nobody listens yet");
    }
    return now;
  }

  @Override
  public void start(Launch launch) {
    Listening now = listening();
    OpenAttempt attempt =
        new OpenAttempt(
            launch.attempt(),
            new RunDirectory(runs, launch.attempt()),
            OpenAttempt.Stage.PREPARING,
            launch.job().submittedAt());
    if (now.watch().add(attempt)) {
      now.net().hold();
      threads.prepareOr(
          () -> prepare(now, attempt, launch),
          () -> now.watch().abandon(attempt, "it could not be started: no more threads"));
    }
  }

  private void prepare(Listening now, OpenAttempt attempt, Launch launch) {
    Job job = launch.job();
    try {
      Map<String, String> environment =
          JobScript.environment(
              launch.attempt(), job, home.toString(), url, launch.environment().get());
      Optional<String> problem =
          ProgramLookup.problem(job.program(), job.directory(), environment.get("PATH"));
      if (problem.isPresent()) {
        cannotStart(now, attempt, problem.get());
        return;
      }
      attempt.directory().create(JobScript.write(launch.attempt(), job, environment));
      send(now, attempt);
    } catch (IllegalArgumentException e) {
      cannotStart(now, attempt, String.valueOf(e.getMessage()));
    } catch (FileAlreadyExistsException e) {
      LOG.info("attempt {} was prepared before", attempt.id());
      synchronized (attempt) {
        if (!attempt.done()) {
          attempt.stage = OpenAttempt.Stage.SENT;
        }
      }
      now.watch().check(attempt);
    } catch (IOException e) {
      LOG.warn("cannot start attempt {}: {}", attempt.id(), e.toString());
      hear(e);
      now.watch().abandon(attempt, "it could not be started: " + reason(e));
    } catch (RuntimeException | Error e) {
      LOG.error("cannot start attempt {}", attempt.id(), e); // such as: no more threads
      now.watch().abandon(attempt, "it could not be started: " + reason(e));
    }
  }

  private static void cannotStart(Listening now, OpenAttempt attempt, String why) {
    synchronized (attempt) {
      if (!attempt.done()) {
        now.watch().report().tellCannotStart(attempt, why);
      }
    }
  }

  private void send(Listening now, OpenAttempt attempt) throws IOException {
    synchronized (attempt) {
      if (attempt.done() || closed) {
        return;
      }
      attempt.stage = OpenAttempt.Stage.SENT;
      attempt.attended = true;
      if (!now.launchers().send(attempt.id())) {
        LOG.debug("attempt {} is left to the next server", attempt.id());
      }
    }
  }

  /** In words: some exceptions of files only name the file. */
  private static String reason(Throwable e) {
    if (e instanceof FileSystemException file && file.getReason() == null) {
      String what =
          file instanceof NoSuchFileException
              ? "there is no "
              : file instanceof AccessDeniedException
                  ? "no permission for "
                  : file instanceof NotDirectoryException ? "not a directory: " : "cannot use ";
      return what + file.getFile();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void stop(AttemptId attempt, Duration grace) {
    Listening now = listening();
    OpenAttempt found = now.watch().find(RunDirectory.name(attempt));
    if (found != null) {
      threads.watch(() -> now.watch().stop(found, grace));
    }
  }

  @Override
  public CompletableFuture<Integer> signal(AttemptId attempt, JobSignal signal, boolean all) {
    Listening now = listening();
    OpenAttempt found = now.watch().find(RunDirectory.name(attempt));
    if (found == null) {
      return CompletableFuture.completedFuture(0);
    }
    CompletableFuture<Integer> sent = new CompletableFuture<>();
    threads.watch(
        () -> {
          try {
            ProcessRecord.Runs record = now.watch().report().record(found);
            sent.complete(record == null ? 0 : stopping.signal(record, attempt, signal, all));
          } catch (IOException | RuntimeException e) {
            sent.completeExceptionally(e);
          }
        });
    return sent;
  }

  /** Waits until all was told, but not for ever: a disk may hang, and the rest is told later. */
  @Override
  public void adopt(Collection<Open> open) {
    Listening now = listening();
    Adoption adoption = new Adoption(runs, node, notes, now.listener(), now.watch());
    now.net().hold();
    CountDownLatch left = new CountDownLatch(open.size());
    for (Open found : open) {
      threads.watch(
          () -> {
            try {
              adoption.adopt(found);
            } finally {
              left.countDown();
            }
          });
    }
    try {
      if (!left.await(ADOPTION.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("{} attempts are still being looked for: is the disk slow?", left.getCount());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<Beginning> begun(AttemptId attempt) {
    RunDirectory directory = new RunDirectory(runs, attempt);
    try {
      return directory.record() instanceof ProcessRecord.Runs runs
          ? directory.recordedAt().map(at -> new Beginning(runs.process(), at))
          : Optional.empty();
    } catch (IOException e) {
      LOG.warn("cannot read how attempt {} began: {}", attempt, e.toString());
      return Optional.empty();
    }
  }

  @Override
  public void storeIsDown(Collection<AttemptId> open) {
    long turn = turns.incrementAndGet();
    List<AttemptId> attempts = List.copyOf(open);
    threads.watch(
        () -> {
          Map<String, ProcessIdentity> begun = new HashMap<>();
          for (AttemptId attempt : attempts) {
            begun(attempt).ifPresent(known -> begun.put(attempt.cookie(), known.process()));
          }
          keep(begun, turn);
        });
  }

  private void keep(Map<String, ProcessIdentity> begun, long turn) {
    synchronized (notes) {
      try {
        if (turn != turns.get()) {
          return;
        }
        if (begun.isEmpty()) {
          notes.forget();
        } else {
          notes.keep(begun);
        }
      } catch (IOException | UnsupportedOperationException e) {
        LOG.info("what the disk may lose cannot be kept elsewhere: {}", e.toString());
      }
    }
  }

  @Override
  public void storeIsBack() {
    long turn = turns.incrementAndGet();
    threads.watch(() -> keep(Map.of(), turn));
  }

  @Override
  public List<ProcessIdentity> alive(AttemptId attempt) {
    try {
      return ProcessTable.snapshot().carrying(attempt.cookie()).stream()
          .map(stat -> new ProcessIdentity(stat.pid(), stat.startTicks(), node.bootId()))
          .toList();
    } catch (IOException e) {
      LOG.warn("cannot look for processes of attempt {}: {}", attempt, e.toString());
      return List.of();
    }
  }

  @Override
  public Optional<Exit> recorded(AttemptId attempt) {
    RunDirectory directory = new RunDirectory(runs, attempt);
    try {
      Optional<RunDirectory.RecordedExit> exit = directory.recordedExit();
      return exit.isPresent() ? Optional.of(Report.read(directory, exit.get())) : Optional.empty();
    } catch (IOException e) {
      LOG.warn("cannot read how attempt {} ended: {}", attempt, e.toString());
      return Optional.empty();
    }
  }

  @Override
  public Path directory(AttemptId attempt) {
    return runs.resolve(RunDirectory.name(attempt));
  }

  /** What the disk said. */
  private void hear(IOException e) {
    if (e instanceof FileSystemException file
        && file.getReason() != null
        && NO_ROOM.contains(file.getReason())) {
      foundNoRoom = System.nanoTime();
    }
  }

  @Override
  public boolean outOfRoom() {
    Long since = foundNoRoom;
    return since != null && System.nanoTime() - since < OUT_OF_ROOM.toNanos();
  }

  @Override
  public void remove(AttemptId latest) {
    threads.prepare(
        () -> {
          try {
            new Removal(runs).remove(RunDirectory.ofJob(latest));
          } catch (IOException e) {
            LOG.warn("cannot remove the files of job {}: {}", latest.number(), e.toString());
          }
        });
  }

  @Override
  public void sweep(LongFunction<Optional<UUID>> uuidOfRemoved) {
    threads.prepare(
        () -> {
          try {
            new Removal(runs)
                .removeAll(name -> RunDirectory.isOfRemoved(name, uuidOfRemoved), () -> closed);
          } catch (IOException e) {
            LOG.warn("cannot look for the files of removed jobs: {}", e.toString());
          }
        });
  }

  @Override
  public void close() {
    closed = true;
    Listening now = listening;
    stopping.close();
    threads.stopStarting();
    if (now != null) {
      now.launchers().close();
      try {
        now.exits().close();
      } catch (IOException e) {
        LOG.debug("cannot close the pipe of exits", e);
      }
    }
    threads.close();
  }
}
