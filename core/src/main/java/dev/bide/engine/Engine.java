package dev.bide.engine;

import dev.bide.figures.Meter;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.queue.Admission;
import dev.bide.queue.QueueSettings;
import dev.bide.queue.Situation;
import dev.bide.runner.Exit;
import dev.bide.runner.Launch;
import dev.bide.runner.Runner;
import dev.bide.store.Store;
import dev.bide.store.StoreDown;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one owner of all transitions. Takes whatever has arrived, applies it in one transaction, lets
 * in what may start, commits, and only then answers and acts. {@link #turn} is one turn of the
 * loop, for a thread of one's own; {@link #start} turns on a thread that {@link #close} ends.
 * {@link #ask} and the listener's methods are thread-safe; {@code turn} and {@code recover} belong
 * to one thread.
 */
public final class Engine implements Runner.Listener, AutoCloseable {
  /** Jobs that may wait to be accepted before submits are told to come again. */
  public static final int INBOX_CAPACITY = 20_000;

  /** Rows of work in one transaction, roughly. */
  static final int MOST_PER_TRANSACTION = 1_000;

  /** How long the loop sleeps when nothing comes. */
  private static final Duration IDLE = Duration.ofSeconds(60);

  /** While news of what was left open are awaited, how often it is looked whether all are there. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** How often a store that is down is tried, and a full disk looked at, again. */
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final Store store;
  private final Runner runner;
  private final Clock clock;

  /** What schedules planned before, nobody could start. */
  private final Instant began;

  private final Supplier<UUID> uuids;
  private final BooleanSupplier lowDisk;
  private final Duration grace;
  private final Executor outside;
  private final Consumer<Event> events;
  private final NoticeOffice notices;
  private final Inbox inbox = new Inbox(INBOX_CAPACITY);
  private final Set<AttemptId> handed = new HashSet<>();
  private final Set<AttemptId> awaited = ConcurrentHashMap.newKeySet();
  private final Backoffs backoffs = new Backoffs();
  private final Meter meter = new Meter();

  /** News of a batch whose commit failed: told again once the store is back. */
  private final List<Asked<?>> unheard = new ArrayList<>();

  /** Cancels of a batch whose commit was not answered: it may have been kept all the same. */
  private final List<Command.Cancel> unsure = new ArrayList<>();

  private Memory memory;

  /** For attempts of which nobody remembers with what grace they were told to end. */
  private Duration graceOfOthers = Duration.ZERO;

  private volatile BooleanSupplier mayPlan = () -> true;
  private boolean draining;
  private boolean waitsForDisk;
  private volatile @Nullable String down;
  private volatile Situation situation;
  private volatile Map<String, Event.QueueState> queues;
  private volatile @Nullable Instant plansNext;
  private volatile @Nullable Thread thread;
  private volatile boolean closing;

  /**
   * An engine that has read the store, and does nothing yet.
   *
   * @param lowDisk true while nothing new should start for lack of room
   * @param grace for runs of a schedule that a newer one takes the place of
   * @param outside where askers are answered and events told, in order; a slow one delays only
   *     itself
   * @param events told of everything that is committed, in order
   * @throws StoreDown when the store cannot be read
   */
  public Engine(
      Store store,
      Runner runner,
      Clock clock,
      Supplier<UUID> uuids,
      BooleanSupplier lowDisk,
      Duration grace,
      Executor outside,
      Consumer<Event> events) {
    this(store, runner, clock, uuids, lowDisk, grace, outside, events, NoticeOffice.NONE);
  }

  /**
   * The same, where somebody is told.
   *
   * @param notices whom to tell of everything, and who sends it
   * @throws StoreDown when the store cannot be read
   */
  public Engine(
      Store store,
      Runner runner,
      Clock clock,
      Supplier<UUID> uuids,
      BooleanSupplier lowDisk,
      Duration grace,
      Executor outside,
      Consumer<Event> events,
      NoticeOffice notices) {
    this.store = store;
    this.runner = runner;
    this.clock = clock;
    this.uuids = uuids;
    this.lowDisk = lowDisk;
    this.grace = grace;
    this.outside = outside;
    this.events = events;
    this.notices = notices;
    this.memory = remembered(store);
    this.began = clock.instant();
    this.situation = memory.situation(began, null);
    this.queues = memory.states();
    this.plansNext = memory.agenda().nextDue();
    runner.listen(this);
  }

  /** Nothing is planned while this answers false, as when nobody can tell what time it is. */
  public void planOnlyWhile(BooleanSupplier condition) {
    mayPlan = condition;
  }

  /** What the store has; a new one gets the queue that is always there. */
  private static Memory remembered(Store store) {
    Memory memory = store.read(Memory::of);
    if (memory.knowsQueue(QueueSettings.DEFAULT_NAME)) {
      return memory;
    }
    return store.write(
        transaction -> {
          transaction.save(QueueSettings.DEFAULT);
          return Memory.of(transaction);
        });
  }

  /**
   * Asks for a change. The future completes after the commit, or fails with {@link Refused} or
   * {@link StoreDown}.
   *
   * @throws Busy when too much is being asked already
   */
  public <T> CompletableFuture<T> ask(Command<T> command) {
    Asked<T> asked = new Asked<>(command);
    inbox.put(asked);
    return asked.future();
  }

  /** All that matters for who starts next, as of the last turn; what waits in it goes on living. */
  public Situation situation() {
    Situation last = situation;
    return new Situation(clock.instant(), last.held(), last.queues());
  }

  /** What each queue holds, as of the last turn. */
  public Collection<Event.QueueState> queues() {
    return queues.values();
  }

  /** What has happened since it was made. */
  public Meter meter() {
    return meter;
  }

  /** How late the first planned run is of which nothing is decided yet; zero when none is late. */
  public Duration planningBehind() {
    Instant next = plansNext;
    Duration late = next == null ? Duration.ZERO : Duration.between(next, clock.instant());
    return late.isNegative() ? Duration.ZERO : late;
  }

  /** Why the store cannot write, or null. */
  public @Nullable String down() {
    return down;
  }

  /**
   * Takes up what a server before left open, before anything new starts: hands every open attempt
   * to the runner, hears what became of each, and goes on stopping those that were being stopped.
   *
   * @param grace for those that were being stopped
   * @param atMost how long to wait for the runner's news; those it says nothing of keep their slots
   */
  public Recovered recover(Duration grace, Duration atMost) {
    graceOfOthers = grace;
    List<Memory.Open> open = List.copyOf(memory.open());
    open.forEach(attempt -> awaited.add(attempt.attempt));
    adoptWhatWasNeverHanded();
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!awaited.isEmpty() && down == null && System.nanoTime() < deadline) {
      turnWithoutStarts(LOOK_AGAIN);
    }
    turnWithoutStarts(Duration.ZERO);
    if (awaited.isEmpty() && down == null) {
      runner.storeIsBack();
    }
    awaited.clear();
    List<Job> ended = new ArrayList<>();
    int running = 0;
    for (Memory.Open attempt : open) {
      if (memory.open(attempt.attempt) != null) {
        running++;
        if (attempt.stopping != null) {
          runner.stop(attempt.attempt, grace);
        }
      } else {
        store
            .read(snapshot -> snapshot.job(attempt.attempt.number()))
            .filter(job -> job.state().isFinal())
            .ifPresent(ended::add);
      }
    }
    return new Recovered(running, ended, situation().waiting());
  }

  /** Turns on a thread of its own from now on. */
  public void start() {
    Thread loop = new Thread(this::loop, "bide-engine");
    thread = loop;
    loop.start();
  }

  private void loop() {
    turnWhateverHappens(Duration.ZERO); // what was waiting before this server came
    while (!closing) {
      turnWhateverHappens(IDLE);
    }
    while (turnWhateverHappens(Duration.ZERO)) {
      // what was let in before the door closed is decided too
    }
  }

  /** Without the one thread that decides, nobody would get an answer any more, nor a slot. */
  private boolean turnWhateverHappens(Duration patience) {
    try {
      return turn(patience);
    } catch (RuntimeException | LinkageError | VirtualMachineError fault) {
      // such as: no more threads, or a class that cannot be read from a disk that is gone
      goDown(List.of(), ofItsOwn(fault));
      pause(TRY_AGAIN);
      return false;
    }
  }

  private static StoreDown ofItsOwn(Throwable fault) {
    boolean outcomeUnknown = fault instanceof Error; // it may have come after the commit
    return new StoreDown("the server met a fault of its own: " + fault, outcomeUnknown, fault);
  }

  /**
   * One turn: waits up to {@code patience} for something to do, and does it.
   *
   * @return false when there was nothing
   */
  public boolean turn(Duration patience) {
    List<Asked<?>> taken;
    try {
      taken = inbox.take(limited(patience), MOST_PER_TRANSACTION);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return down == null ? decide(taken, !closing) : tryAgain(taken, patience);
  }

  /** The same without letting anything in: what the last server left is heard first. */
  boolean turnWithoutStarts(Duration patience) {
    try {
      return decide(inbox.take(patience, MOST_PER_TRANSACTION), false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Duration limited(Duration patience) {
    Duration limit = patience;
    if (down != null || waitsForDisk) {
      limit = least(limit, TRY_AGAIN);
    }
    Instant planned = memory.agenda().nextDue();
    if (planned != null && !planned.isAfter(clock.instant()) && !mayPlan.getAsBoolean()) {
      planned = null;
      limit = least(limit, TRY_AGAIN);
    }
    return until(planned, until(memory.nextDue(), limit));
  }

  private Duration until(@Nullable Instant due, Duration limit) {
    if (due == null) {
      return limit;
    }
    Duration until = Duration.between(clock.instant(), due);
    return least(limit, until.isNegative() ? Duration.ZERO : until.plusMillis(1));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private boolean decide(List<Asked<?>> taken, boolean mayStart) {
    Instant now = clock.instant();
    boolean due = memory.becomeReady(now);
    boolean drains = draining;
    for (Asked<?> asked : taken) {
      drains |= asked.command() instanceof Command.Drain;
    }
    boolean planned = mayStart && hasToPlan(now);
    if (taken.isEmpty() && !planned && !(mayStart && memory.anythingReady())) {
      return due;
    }
    boolean diskIsLow = lowDisk.getAsBoolean();
    waitsForDisk = diskIsLow && memory.anythingReady();
    @Nullable Reason held = drains ? Reason.DRAINING : diskIsLow ? Reason.LOW_DISK : null;
    if (taken.isEmpty() && !planned && !startsSomething(now, held)) {
      publish(now, held);
      return due;
    }
    Batch batch;
    long begin = System.nanoTime();
    try {
      batch =
          store.write(
              transaction -> {
                Batch work =
                    new Batch(
                        transaction,
                        memory,
                        runner,
                        uuids,
                        backoffs,
                        grace,
                        notices.always(),
                        began,
                        now,
                        mayPlan);
                taken.forEach(work::apply);
                if (mayStart && hasToPlan(now)) { // also what was asked for just now
                  work.plan();
                }
                if (mayStart) {
                  work.admit(memory.situation(now, held), runner.node());
                }
                work.settle(taken);
                return work;
              });
    } catch (StoreDown trouble) {
      meter.commitFailed();
      goDown(taken, trouble);
      return true;
    } catch (RuntimeException | LinkageError | VirtualMachineError trouble) {
      meter.commitFailed();
      goDown(taken, ofItsOwn(trouble));
      return true;
    }
    meter.committed(System.nanoTime() - begin);
    batch.count(meter);
    draining = drains;
    waitsForDisk = diskIsLow && memory.anythingReady();
    publish(now, held);
    tell(taken, batch);
    act(batch);
    return true;
  }

  private boolean hasToPlan(Instant now) {
    return memory.agenda().isDue(now) && mayPlan.getAsBoolean();
  }

  private boolean startsSomething(Instant now, @Nullable Reason held) {
    return !Admission.decide(memory.situation(now, held)).isEmpty();
  }

  private void publish(Instant now, @Nullable Reason held) {
    situation = memory.situation(now, held);
    queues = memory.states();
    plansNext = memory.agenda().nextDue();
  }

  private void tell(List<Asked<?>> taken, Batch batch) {
    List<Event> told = new ArrayList<>();
    batch.changed().forEach(job -> told.add(new Event.JobChanged(job)));
    batch.removals().forEach(job -> told.add(new Event.JobRemoved(job.number())));
    batch
        .changedSchedules()
        .forEach(
            (name, schedule) ->
                told.add(
                    schedule == null
                        ? new Event.ScheduleRemoved(name)
                        : new Event.ScheduleChanged(schedule)));
    memory.changes().forEach(queue -> told.add(new Event.QueueChanged(queue)));
    Event ofNotices = batch.telling().news();
    if (ofNotices != null) {
      told.add(ofNotices);
    }
    outside.execute(
        () -> {
          taken.forEach(Asked::answer);
          told.forEach(events);
          if (batch.telling().any()) {
            notices.toSend().run();
          }
        });
  }

  private void act(Batch batch) {
    batch.closed().forEach(handed::remove);
    for (Job job : batch.launches()) {
      runner.start(
          new Launch(
              job.latestAttempt(),
              job,
              () -> store.read(snapshot -> snapshot.environment(job.number()))));
      handed.add(job.latestAttempt());
    }
    batch.stops().forEach(stop -> runner.stop(stop.attempt(), stop.grace()));
    for (Job job : batch.removals()) {
      runner.remove(new AttemptId(job.number(), job.uuid(), job.attempt()));
    }
  }

  /** What is remembered, for whoever compares it with the store between two turns. */
  Memory memory() {
    return memory;
  }

  /** The open attempts that the runner knows of, for the same. */
  Set<AttemptId> handed() {
    return Set.copyOf(handed);
  }

  // ---- when the store cannot write

  private void goDown(List<Asked<?>> taken, StoreDown trouble) {
    if (down == null) {
      LOG.error("the store is down: {}", trouble.getMessage(), trouble.getCause());
      runner.storeIsDown(handed);
    }
    down = trouble.getMessage();
    for (Asked<?> asked : taken) {
      if (asked.command() instanceof Command.OfRunner) {
        unheard.add(asked);
      } else {
        if (trouble.outcomeUnknown() && asked.command() instanceof Command.Cancel cancel) {
          unsure.add(cancel);
        }
        outside.execute(() -> asked.fail(trouble));
      }
    }
  }

  private boolean tryAgain(List<Asked<?>> taken, Duration patience) {
    String why = down;
    StoreDown trouble = new StoreDown(why == null ? "the store is down" : why, false, null);
    goDown(taken, trouble);
    try {
      store.recover();
      memory = store.read(Memory::of);
    } catch (StoreDown still) {
      down = still.getMessage();
      pause(least(patience, TRY_AGAIN));
      return !taken.isEmpty();
    }
    LOG.info("the store is back");
    down = null;
    adoptWhatWasNeverHanded();
    stopWhatWasKeptUnanswered();
    List<Asked<?>> again = List.copyOf(unheard);
    unheard.clear();
    decide(again, true);
    outside.execute(
        () -> {
          events.accept(new Event.StoreBack());
          notices.toSend().run(); // the same commit may have written some
        });
    if (down == null) {
      runner.storeIsBack();
    }
    return true;
  }

  /** A commit whose answer was lost may have opened attempts that nobody was told to start. */
  private void adoptWhatWasNeverHanded() {
    handed.removeIf(attempt -> memory.open(attempt) == null);
    List<Runner.Open> open = new ArrayList<>();
    for (Memory.Open attempt : memory.open()) {
      if (handed.add(attempt.attempt)) {
        open.add(
            new Runner.Open(
                attempt.attempt,
                attempt.node,
                attempt.process,
                attempt.stopping == null ? null : graceOfOthers));
      }
    }
    runner.adopt(open);
  }

  /** The same commit may have told attempts to end, and nobody was told to end them. */
  private void stopWhatWasKeptUnanswered() {
    for (Command.Cancel cancel : unsure) {
      Memory.Open open = memory.open(cancel.number());
      if (open != null && open.stopping != null) {
        runner.stop(open.attempt, cancel.grace());
      }
    }
    unsure.clear();
    for (Memory.Open open : memory.open()) {
      if (open.stopping == Reason.OVERLAP) {
        runner.stop(open.attempt, grace); // what schedules cancel, nobody asked for
      }
    }
  }

  /** Commands that arrive meanwhile are refused at once, the store is tried once a second. */
  private void pause(Duration howLong) {
    long until = System.nanoTime() + howLong.toNanos();
    while (!closing && System.nanoTime() < until) {
      try {
        Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
        String why = down;
        goDown(
            inbox.take(left, MOST_PER_TRANSACTION),
            new StoreDown(why == null ? "the store is down" : why, false, null));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  // ---- what the runner tells

  @Override
  public void started(AttemptId attempt, ProcessIdentity process, Instant at) {
    hear(attempt, new Command.Started(attempt, process, at));
  }

  @Override
  public void notStarted(AttemptId attempt, boolean commandsFault, String message) {
    hear(attempt, new Command.NotStarted(attempt, commandsFault, message));
  }

  @Override
  public void exited(AttemptId attempt, Exit exit) {
    hear(attempt, new Command.Exited(attempt, exit));
  }

  @Override
  public void lost(AttemptId attempt, Reason why, String evidence, @Nullable Instant lastSeenAt) {
    hear(attempt, new Command.Lost(attempt, why, evidence, lastSeenAt));
  }

  @Override
  public void unreachable(
      AttemptId attempt, @Nullable String message, @Nullable Instant lastSeenAt) {
    hear(attempt, new Command.Unreachable(attempt, message, lastSeenAt));
  }

  private void hear(AttemptId attempt, Command<Boolean> news) {
    try {
      inbox.put(new Asked<>(news));
      awaited.remove(attempt);
    } catch (Busy closed) {
      LOG.debug("not heard, since the server stops; the next one finds it: {}", news);
    }
  }

  /** Decides what was let in, then stops turning. What runs goes on. */
  @Override
  public void close() {
    closing = true;
    inbox.close();
    Thread loop = thread;
    if (loop != null && loop != Thread.currentThread()) {
      boolean interrupted = false;
      while (loop.isAlive()) {
        try {
          loop.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
