package dev.bide;

import dev.bide.engine.Command;
import dev.bide.engine.Engine;
import dev.bide.engine.Event;
import dev.bide.engine.Missing;
import dev.bide.engine.NoticeOffice;
import dev.bide.engine.Recovered;
import dev.bide.engine.Refused;
import dev.bide.engine.Submitted;
import dev.bide.figures.JobFigures;
import dev.bide.figures.Meter;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.JobSignal;
import dev.bide.job.JobSpec;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.Admission;
import dev.bide.queue.QueueSettings;
import dev.bide.queue.Situation;
import dev.bide.queue.Situation.Wait;
import dev.bide.runner.Remaining;
import dev.bide.runner.Runner;
import dev.bide.runner.process.ProcessRunner;
import dev.bide.store.Home;
import dev.bide.store.HomeRefused;
import dev.bide.store.JobFilter;
import dev.bide.store.Page;
import dev.bide.store.Store;
import dev.bide.store.StoreDown;
import dev.bide.store.sqlite.SqliteStore;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue, opened: submit commands, find and await jobs, cancel, retry and remove them, hear what
 * happens. One program at a time holds a home. Thread-safe. Closing it leaves jobs running; the
 * next one that opens the home finds them again.
 *
 * <p>What asks for a change answers with a future that completes once the change is on disk, or
 * fails with {@link Refused}, {@link dev.bide.engine.Busy} or {@link dev.bide.store.StoreDown}.
 * Futures and listeners run on one thread of this object: what they do must be quick.
 */
public final class Bide implements AutoCloseable {
  /** Ends what {@link #listen} began. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * How it is.
   *
   * @param down why the store cannot write, or null when it can
   * @param lowDisk true while nothing new starts because the disk is nearly full
   * @param draining true once it was told to start nothing more, as {@link #drain} does
   * @param clock what is wrong with the clock, so that nothing is planned; or null
   */
  public record Health(
      @Nullable String down, boolean lowDisk, boolean draining, @Nullable String clock) {}

  /**
   * How much room there is on the disk of the home, in bytes.
   *
   * @param free what is free
   * @param least what has to be: with less, nothing new starts
   * @param total how much the file system holds
   * @param database what the database takes, with what is not merged into it yet
   */
  public record Room(long free, long least, long total, long database) {}

  /** How long a start waits for news of what was left open, before it goes on without. */
  private static final Duration PATIENCE_FOR_NEWS = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Bide.class);

  private final BideConfig config;
  private final SqliteStore database;
  private final Store store;
  private final Runner runner;
  private final Home home;
  private final Engine engine;
  private final Recovered recovered;
  private final ExecutorService outside;
  private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
  private final Awaited awaited = new Awaited();
  private final ClockWatch clockWatch;
  private final Schedules schedules;
  private final Notices notices;
  private final Retention retention;

  /**
   * Opens a home: makes it where there is none, finds again what ran, and goes on.
   *
   * @throws HomeRefused when it is held by another program, open to others, or on a network file
   *     system
   * @throws dev.bide.store.StoreDown when its database cannot be opened
   */
  public static Bide open(BideConfig config) {
    return open(config, UnaryOperator.identity(), UnaryOperator.identity());
  }

  /**
   * The same with something put around what it stores in and what it runs with, such as a check
   * that ends the program at one of their steps.
   *
   * @param aroundStore answers what is used in the place of the given one, and closes that one
   * @param aroundRunner the same for the runner
   */
  public static Bide open(
      BideConfig config, UnaryOperator<Store> aroundStore, UnaryOperator<Runner> aroundRunner) {
    Home home = Home.open(config.home());
    SqliteStore store = null;
    Runner runner = null;
    try {
      Path launchers = home.path().resolve("lib");
      Home.createPrivateDirectory(launchers);
      Home.createPrivateDirectory(home.runs());
      store = SqliteStore.open(home.database());
      runner =
          new ProcessRunner(
              home.path(),
              home.runs(),
              launchers,
              config.launcherEnvironment(),
              config.url(),
              config.clock());
      return new Bide(config, home, store, aroundStore.apply(store), aroundRunner.apply(runner));
    } catch (IOException e) {
      giveUp(home, store, runner);
      throw Home.unusable(home.path(), e);
    } catch (UncheckedIOException e) {
      giveUp(home, store, runner);
      throw Home.unusable(home.path(), Objects.requireNonNull(e.getCause()));
    } catch (RuntimeException e) {
      giveUp(home, store, runner);
      throw e;
    }
  }

  private static void giveUp(Home home, @Nullable Store store, @Nullable Runner runner) {
    if (runner != null) {
      runner.close();
    }
    if (store != null) {
      store.close();
    }
    home.close();
  }

  /** Takes over what it is given: it is closed with this. */
  private Bide(BideConfig config, Home home, SqliteStore database, Store store, Runner runner) {
    this.config = config;
    this.home = home;
    this.database = database;
    this.store = store;
    this.runner = runner;
    ThreadPoolExecutor answers =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "bide-answers");
              thread.setDaemon(true);
              return thread;
            });
    answers.prestartCoreThread(); // later there may be no more threads
    this.outside = answers;
    this.schedules = new Schedules(store, this::ask);
    this.notices = new Notices(store, this::ask);
    this.engine =
        new Engine(
            store,
            runner,
            config.clock(),
            UUID::randomUUID,
            this::diskIsLow,
            config.grace(),
            outside,
            this::publish,
            new NoticeOffice(config.notices(), notices::toSend));
    this.clockWatch = ClockWatch.of(config.clock());
    engine.planOnlyWhile(() -> clockWatch.jump() == null);
    this.retention =
        new Retention(
            store,
            runner,
            config.clock(),
            clockWatch,
            config.keep(),
            () -> config.home().toFile().getTotalSpace(),
            this::ask);
    this.recovered = engine.recover(config.grace(), PATIENCE_FOR_NEWS);
    engine.start();
    runner.sweep(number -> store.read(snapshot -> snapshot.uuidOfRemoved(number)));
    retention.start();
  }

  // ---- asking for change

  /** Accepts one job. */
  public CompletableFuture<Job> submit(JobSpec spec) {
    return submit(List.of(spec), null).thenApply(submitted -> submitted.jobs().get(0));
  }

  /**
   * Accepts jobs, all or none, in this order.
   *
   * @param key makes it safe to ask again when the answer was lost, or null
   */
  public CompletableFuture<Submitted> submit(List<JobSpec> specs, Command.@Nullable Key key) {
    return Refused.ifFaulty(specs)
        .<CompletableFuture<Submitted>>map(CompletableFuture::failedFuture)
        .orElseGet(() -> ask(new Command.Submit(specs, key)));
  }

  /** Takes over jobs of an old file; answers for each whether it was new. */
  public CompletableFuture<List<Boolean>> takeOver(List<Command.Imported> jobs) {
    return ask(new Command.Import(jobs));
  }

  /**
   * Cancels a job: one that waits never runs, one that runs is stopped with all its processes, a
   * final one is answered unchanged.
   *
   * @param grace between asking its processes to end and making them, or null for the configured
   *     one
   */
  public CompletableFuture<Job> cancel(long number, @Nullable Duration grace) {
    return ask(
        new Command.Cancel(
            number, Objects.requireNonNullElse(grace, config.grace()), Reason.CANCELLED_BY_USER));
  }

  /**
   * Sends a signal to a job that runs, and does nothing else.
   *
   * @param all to every process of it; otherwise to the one that its command became
   * @return the job, once it was sent; fails with {@link Refused} when its command does not run
   */
  public CompletableFuture<Job> signal(long number, JobSignal signal, boolean all) {
    Job job = find(number);
    if (!(job.status() instanceof Status.Running)) {
      return CompletableFuture.failedFuture(
          new Refused(
              Refused.Kind.NOT_RUNNING,
              "job " + number + (job.state().isFinal() ? " has ended" : " has not started yet")));
    }
    return runner
        .signal(new AttemptId(number, job.uuid(), job.attempt()), signal, all)
        .thenApply(
            count -> {
              if (count == 0) {
                throw new Refused(
                    Refused.Kind.NOT_RUNNING,
                    "job "
                        + number
                        + " has no process that could get it: it is just starting or"
                        + " ending, or cannot be reached from here");
              }
              return find(number);
            });
  }

  /**
   * Puts a job that has ended back into its queue: its next start is a new attempt. Fails with
   * {@link Refused} when the job has not ended, or is LOST and has a process that still runs: two
   * of the same would be at work at once.
   */
  public CompletableFuture<Job> retry(long number) {
    Job job;
    try {
      job = find(number);
    } catch (Refused e) {
      return CompletableFuture.failedFuture(e);
    }
    if (job.state() == State.LOST) {
      List<ProcessIdentity> alive = runner.alive(new AttemptId(number, job.uuid(), job.attempt()));
      if (!alive.isEmpty()) {
        return CompletableFuture.failedFuture(
            new Refused(
                Refused.Kind.STILL_ALIVE,
                "job "
                    + number
                    + " is lost, but "
                    + Remaining.areRunning(alive)
                    + "; end it first"));
      }
    }
    return ask(new Command.Retry(number));
  }

  /** Removes a job that has ended, with everything it wrote into the home, for good. */
  public CompletableFuture<Boolean> remove(long number) {
    return ask(new Command.Remove(number));
  }

  /** Keeps a job whatever its age, or no longer. */
  public CompletableFuture<Job> pin(long number, boolean pinned) {
    return ask(new Command.Pin(number, pinned));
  }

  /** What adds jobs at planned times. */
  public Schedules schedules() {
    return schedules;
  }

  /** Whom it is to tell what. */
  public Notices notices() {
    return notices;
  }

  /** What removes old jobs. */
  public Retention retention() {
    return retention;
  }

  /** Changes a queue; null leaves a setting as it is. */
  public CompletableFuture<QueueSettings> change(
      String queue, @Nullable Integer slots, @Nullable Boolean paused) {
    return ask(new Command.ChangeQueue(queue, slots, paused));
  }

  /** The same with who is told what of it; null leaves that as it is too. */
  public CompletableFuture<QueueSettings> change(
      String queue,
      @Nullable Integer slots,
      @Nullable Boolean paused,
      @Nullable List<NoticeRule> notices) {
    return ask(new Command.ChangeQueue(queue, slots, paused, notices));
  }

  /**
   * Starts nothing more for as long as this is open; what runs goes on, and what waits waits.
   *
   * @return the numbers of the jobs that run
   */
  public CompletableFuture<List<Long>> drain() {
    return ask(new Command.Drain());
  }

  private <T> CompletableFuture<T> ask(Command<T> command) {
    try {
      return engine.ask(command);
    } catch (RuntimeException busy) {
      return CompletableFuture.failedFuture(busy);
    }
  }

  // ---- reading

  /**
   * The job with this number.
   *
   * @throws Refused when there is none, or it was removed
   */
  public Job find(long number) {
    return store.read(
        snapshot -> snapshot.job(number).orElseThrow(() -> Missing.job(number, snapshot)));
  }

  /** The jobs with these numbers, oldest first; removed ones are left out. */
  public List<Job> jobs(Collection<Long> numbers) {
    return numbers.isEmpty() ? List.of() : store.read(snapshot -> snapshot.jobs(numbers));
  }

  /**
   * The job with this uuid.
   *
   * @throws Refused when there is none, or it was removed
   */
  public Job find(UUID uuid) {
    return store.read(
        snapshot -> snapshot.job(uuid).orElseThrow(() -> Missing.job(uuid, snapshot)));
  }

  /**
   * Jobs whose uuid starts so, at most two: enough to tell that it is ambiguous.
   *
   * @param uuidPrefix lower-case hexadecimal digits and dashes
   */
  public List<Job> findByPrefix(String uuidPrefix) {
    return store.read(snapshot -> snapshot.jobsByUuidPrefix(uuidPrefix, 2));
  }

  /**
   * A page of jobs, newest first.
   *
   * @param after {@code next} of the page before, or null for the first
   * @throws IllegalArgumentException when {@code after} did not come from here
   */
  public Page list(JobFilter filter, @Nullable String after, int limit) {
    return store.read(snapshot -> snapshot.jobs(filter, after, limit));
  }

  /** Every job that fits, oldest first, one by one. */
  public void forEach(JobFilter filter, Consumer<Job> reader) {
    store.read(
        snapshot -> {
          snapshot.forEachJob(filter, reader);
          return true;
        });
  }

  /** All attempts of a job, oldest first. */
  public List<Attempt> attempts(long number) {
    return store.read(snapshot -> snapshot.attempts(number));
  }

  /** The environment a job was submitted with. */
  public Map<String, String> environment(long number) {
    return store.read(snapshot -> snapshot.environment(number));
  }

  /** Why each of these waits; those that do not wait are left out. */
  public Map<Long, Wait> why(Collection<Job> jobs) {
    Map<String, TreeSet<Long>> waiting = new TreeMap<>();
    for (Job job : jobs) {
      if (job.state() == State.PENDING) {
        waiting.computeIfAbsent(job.queue(), queue -> new TreeSet<>()).add(job.number());
      }
    }
    Map<Long, Wait> all = new TreeMap<>();
    Situation now = engine.situation();
    waiting.forEach((queue, numbers) -> all.putAll(Admission.explain(now, queue, numbers)));
    return all;
  }

  /** The queues with what they hold. */
  public Collection<Event.QueueState> queues() {
    return engine.queues();
  }

  /**
   * Waits until a job is final.
   *
   * @throws TimeoutException when it is not by then
   * @throws Refused when there is no such job
   */
  public Job await(long number, Duration atMost) throws TimeoutException, InterruptedException {
    CompletableFuture<Job> end = whenFinal(number);
    try {
      return end.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      awaited.forget(number, end);
    }
  }

  /**
   * Completes with the job once it is final; cancel it when nobody waits any more. Fails with
   * {@link Refused} when the job is removed meanwhile.
   *
   * @throws Refused when there is no such job
   */
  public CompletableFuture<Job> whenFinal(long number) {
    CompletableFuture<Job> end = awaited.add(number);
    try {
      Job job = find(number);
      if (job.state().isFinal()) {
        end.complete(job);
        awaited.forget(number, end);
      }
    } catch (RuntimeException e) {
      awaited.forget(number, end);
      throw e;
    }
    return end;
  }

  /** Nobody waits with this future of {@link #whenFinal} any more. */
  public void forget(long number, CompletableFuture<Job> end) {
    awaited.forget(number, end);
  }

  /**
   * Copies the database as of one moment; what runs and what is asked meanwhile is not delayed.
   *
   * @param into an empty file that only its owner may read: the copy holds environments of jobs
   * @throws dev.bide.store.StoreDown when that is not possible
   */
  public void copyDatabase(Path into) {
    database.copy(into);
  }

  /** Where an attempt writes; the file exists once it has started. */
  public Path logFile(Job job, int attempt) {
    return directory(job, attempt).resolve("log");
  }

  /** The run directory of an attempt, whether or not it exists. */
  public Path directory(Job job, int attempt) {
    return runner.directory(new AttemptId(job.number(), job.uuid(), attempt));
  }

  /** Tells of everything that is committed from now on, in order. */
  public Subscription listen(Consumer<Event> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** The clock that decides what is due. */
  public Clock clock() {
    return config.clock();
  }

  /** What was found when it was opened. */
  public Recovered recovered() {
    return recovered;
  }

  /** What has happened since it was opened. */
  public Meter meter() {
    return engine.meter();
  }

  /**
   * How late the first planned run of a schedule is of which nothing is decided yet; zero when none
   * is late.
   */
  public Duration planningBehind() {
    return engine.planningBehind();
  }

  /** What ended since then. Takes time in proportion to how much that is. */
  public JobFigures.Counter figures(Instant since) {
    return store.read(
        snapshot -> {
          JobFigures.Counter counter = new JobFigures.Counter();
          snapshot.forEachEnded(since, counter);
          return counter;
        });
  }

  /** How it is. */
  public Health health() {
    return new Health(
        engine.down(),
        diskIsLow(), // the engine looks only when there is something to decide
        engine.situation().held() == Reason.DRAINING,
        clockWatch.trouble());
  }

  private boolean diskIsLow() {
    return config.home().toFile().getUsableSpace() < config.minimumFree() || runner.outOfRoom();
  }

  /** How much room there is. */
  public Room room() {
    File directory = config.home().toFile();
    File database = home.database().toFile();
    return new Room(
        directory.getUsableSpace(),
        config.minimumFree(),
        directory.getTotalSpace(),
        database.length() + new File(database.getPath() + "-wal").length());
  }

  private void publish(Event event) {
    retention.heard(event);
    for (Consumer<Event> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.warn("a listener failed on {}", event, e);
      }
    }
    if (event instanceof Event.JobChanged changed && changed.job().state().isFinal()) {
      awaited.ended(changed.job());
    } else if (event instanceof Event.JobRemoved removed && awaited.any(removed.number())) {
      lookAgain(removed.number());
    } else if (event instanceof Event.StoreBack) {
      awaited.numbers().forEach(this::lookAgain);
    }
  }

  private void lookAgain(long number) {
    try {
      Job job = find(number);
      if (job.state().isFinal()) {
        awaited.ended(job);
      }
    } catch (Refused gone) {
      awaited.gone(number, gone);
    } catch (StoreDown e) {
      LOG.debug("whether job {} has ended is seen when the store is back for good", number, e);
    }
  }

  // ---- ending

  /**
   * Starts nothing new and stops every job that runs (CANCELLED, SERVER_STOP); returns when all
   * have ended.
   */
  public void killRunning(Duration grace) throws InterruptedException {
    List<Long> open = drain().join();
    List<CompletableFuture<Job>> ends = open.stream().map(this::whenFinal).toList();
    List<CompletableFuture<Job>> asked =
        open.stream()
            .map(number -> ask(new Command.Cancel(number, grace, Reason.SERVER_STOP)))
            .toList();
    try {
      CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).join();
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(grace.plusSeconds(15).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("not every job has ended: {}", e.toString());
    }
  }

  /** Decides what was asked, answers it, and lets go. What runs goes on. */
  @Override
  public void close() {
    retention.close();
    engine.close();
    runner.close();
    outside.shutdown();
    try {
      outside.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
    home.close();
  }
}
