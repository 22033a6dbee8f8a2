package dev.bide.engine.simulation;

import dev.bide.engine.Engine;
import dev.bide.engine.EngineProbe;
import dev.bide.engine.HandClock;
import dev.bide.engine.simulation.StoreFaults.Fault;
import dev.bide.engine.simulation.StoreFaults.ServerKilled;
import dev.bide.job.State;
import dev.bide.notice.Notice;
import dev.bide.queue.QueueSettings;
import dev.bide.store.StoreDown;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One seed from beginning to end: does one action after the other, checks every promise after each,
 * and at last lets everything come to rest. A server is an engine with its runner; the disk and the
 * machine are there without it.
 */
final class Simulation {
  private static final Duration GRACE = Duration.ofSeconds(30);

  final Plan plan;
  final Story story;
  final Coverage coverage;
  final ModelDisk disk = new ModelDisk();
  final Machine machine = new Machine();
  final StoreFaults faults = new StoreFaults();
  final Promises promises;
  final Clients clients;
  final MachineEvents events;
  final Postman postman;
  final Sweeper sweeper;
  final Timers timers;
  private final HandClock clock = new HandClock();
  private final Random uuids;
  private final Deque<Runnable> answers = new ArrayDeque<>();
  private int servers;

  /** At which call to its runner the next server is killed; negative: at none. */
  int nextServersCalls = -1;

  @Nullable Engine engine;
  @Nullable MachineRunner runner;

  private Simulation(Plan plan, Story story, Coverage coverage) {
    this.plan = plan;
    this.story = story;
    this.coverage = coverage;
    this.uuids = new Random(plan.seed());
    this.promises = new Promises(disk, machine, coverage);
    this.clients = new Clients(promises, story, coverage);
    this.events = new MachineEvents(this);
    this.postman = new Postman(this);
    this.sweeper = new Sweeper(this);
    this.timers = new Timers(this, clock.now);
    ModelState first = new ModelState();
    first.queues.put(QueueSettings.DEFAULT_NAME, new QueueSettings("default", 2, false));
    first.queues.put(Clients.OTHER_QUEUE, new QueueSettings(Clients.OTHER_QUEUE, 1, false));
    timers.schedules().forEach(schedule -> first.schedules.put(schedule.name(), schedule));
    disk.commit(first, List.of());
    disk.shownTo(promises);
    promises.tidings.always = postman.always();
    first.queues.values().forEach(promises::alreadyThere);
    first.schedules.values().forEach(promises.calendar::alreadyThere);
  }

  /** Does the whole plan; answers the first promise that was broken, or null. */
  static @Nullable Breach run(Plan plan, Story story, Coverage coverage) {
    Simulation simulation = new Simulation(plan, story, coverage);
    Breach breach = simulation.run();
    coverage.seeds++;
    coverage.storeFaults += simulation.faults.happened();
    coverage.jobs += simulation.disk.state().newest;
    coverage.processes += simulation.machine.begun;
    return breach;
  }

  private @Nullable Breach run() {
    tick(Duration.ZERO);
    boot();
    for (Action action : plan.actions()) {
      promises.step++;
      coverage.steps++;
      tick(Duration.ofMillis(1));
      timers.beside(action);
      postman.beside(action);
      sweeper.beside(action);
      act(action);
      check();
      if (promises.breach() != null) {
        return promises.breach();
      }
    }
    promises.step++;
    story.tell("-- nothing goes wrong from here on");
    new Rest(this).come();
    return promises.breach();
  }

  void check() {
    promises.afterStep();
    Engine running = engine;
    if (running == null) {
      return;
    }
    String down = running.down();
    if (down != null) {
      promises.hold(!down.contains("fault of its own"), Promise.NO_FAULT_OF_ITS_OWN, down);
      return;
    }
    String difference = EngineProbe.difference(running, new ModelSnapshot(disk.state()));
    if (difference != null) {
      promises.broken(Promise.MEMORY_IS_A_COPY, difference);
    }
    if (answers.isEmpty()) {
      Notice overlooked = postman.overlooked();
      promises.hold(
          overlooked == null, Promise.TOLD_AT_LEAST_ONCE, "nobody is woken for " + overlooked);
    }
  }

  private void act(Action action) {
    switch (action.kind()) {
      case TURN -> turn();
      case ANSWER -> answer(1 + action.more(3));
      case STOP -> stop();
      case CRASH -> crash("the server is killed");
      case CLOCK -> {
        Duration[] jumps = {
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(61),
          Duration.ofSeconds(-3),
          Duration.ofHours(-1)
        };
        Duration jump = jumps[action.more(jumps.length)];
        story.tell("the clock jumps by %s", jump);
        tick(jump);
      }
      case LOW_DISK -> {
        promises.lowDisk = !promises.lowDisk;
        story.tell("the disk is %s", promises.lowDisk ? "nearly full" : "roomy again");
      }
      case KILL_IN_COMMIT -> fault(action.more(2) == 0 ? Fault.KILLED_BEFORE : Fault.KILLED_AFTER);
      case COMMIT_FAILS -> fault(Fault.COMMIT_FAILS);
      case ANSWER_IS_LOST -> fault(Fault.ANSWER_IS_LOST);
      case REFUSED -> fault(Fault.REFUSED);
      case STATEMENT_FAILS -> {
        int after = action.more(6);
        story.tell("the store will fail at statement %d from here", after + 1);
        faults.failStatement(after);
      }
      case READ_FAILS -> {
        int after = action.more(3);
        story.tell("the store will fail at read %d from here", after + 1);
        faults.failRead(after);
      }
      case STAYS_DOWN -> {
        int times = 1 + action.more(3);
        story.tell("the store will not recover %d times", times);
        faults.failRecoveries(times);
      }
      default -> {
        Engine running = engine;
        MachineRunner looking = runner;
        if (running == null || looking == null || !people(running, action)) {
          events.happen(looking, action);
        }
      }
    }
  }

  /** What people ask; false when the action is none of theirs. */
  private boolean people(Engine running, Action action) {
    List<Long> all = List.copyOf(disk.state().jobs.keySet());
    List<Long> ended =
        disk.state().jobs.values().stream()
            .filter(job -> job.state().isFinal())
            .map(ModelJob::number)
            .toList();
    List<Long> open =
        disk.state().jobs.values().stream()
            .filter(job -> job.state() == State.RUNNING)
            .map(ModelJob::number)
            .toList();
    String queue = action.more(3) == 0 ? Clients.OTHER_QUEUE : QueueSettings.DEFAULT_NAME;
    switch (action.kind()) {
      case SUBMIT -> clients.submit(running, action, postman);
      case SUBMIT_AGAIN -> clients.submitAgain(running, action);
      case CANCEL -> clients.cancel(running, action.pick(action.more(2) == 0 ? all : open));
      case RETRY -> clients.retry(running, action.pick(action.more(5) == 0 ? all : ended));
      case REMOVE -> clients.remove(running, action.pick(action.more(5) == 0 ? all : ended));
      case SLOTS -> clients.change(running, queue, 1 + action.more(4), null);
      case PAUSE -> clients.change(running, queue, null, true);
      case RESUME -> clients.change(running, queue, null, false);
      case DRAIN -> clients.drain(running);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void fault(Fault fault) {
    story.tell("the next transaction: %s", fault);
    faults.next(fault);
  }

  // ---- the server

  void boot() {
    servers++;
    coverage.servers++;
    story.tell("server %d starts", servers);
    MachineRunner newRunner = new MachineRunner(machine, promises, clock);
    newRunner.callsUntilKilled = nextServersCalls;
    nextServersCalls = -1;
    newRunner.adoptionIsToldLate = plan.adoptionIsToldLate();
    postman.begins();
    sweeper.begins();
    promises.began = clock.instant();
    try {
      Engine starting =
          new Engine(
              new ModelStore(disk, faults),
              newRunner,
              clock,
              () -> new UUID(uuids.nextLong(), uuids.nextLong()),
              () -> promises.lowDisk,
              GRACE,
              plan.answersAtOnce() ? Runnable::run : answers::add,
              promises::told,
              postman.office());
      runner = newRunner;
      engine = starting;
      promises.recovering = true;
      promises.onlooker.reads(disk.state());
      starting.recover(GRACE, Duration.ZERO);
    } catch (StoreDown trouble) {
      crash("the server gives up: " + trouble.getMessage());
    } catch (ServerKilled killed) {
      crash("the server is killed " + killed.getMessage());
    } finally {
      promises.recovering = false;
    }
  }

  /** True when there was something to do. */
  boolean turn() {
    Engine running = engine;
    if (running == null) {
      boot();
      return true;
    }
    coverage.turns++;
    story.tell("turn");
    try {
      return running.turn(Duration.ZERO);
    } catch (ServerKilled killed) {
      crash("the server is killed " + killed.getMessage());
      return true;
    }
  }

  void crash(String why) {
    if (engine != null) {
      coverage.crashes++;
      story.tell("%s", why);
    }
    engine = null;
    runner = null;
    machine.serverIsGone();
    promises.drained = false;
    answers.clear();
    clients.disconnected();
  }

  private void stop() {
    Engine running = engine;
    if (running == null) {
      return;
    }
    story.tell("the server is stopped in good order");
    running.close();
    for (int i = 0; i < 100 && engine != null && turn(); i++) {
      // what was let in before the door closed is decided too
    }
    if (engine != null) {
      answer(Integer.MAX_VALUE);
      everybodyIsAnswered();
      crash("it is gone");
    }
  }

  void everybodyIsAnswered() {
    promises.hold(
        clients.unanswered() == 0,
        Promise.EVERYBODY_IS_ANSWERED,
        clients.unanswered() + " askers wait for ever");
  }

  /** Lets so many batches of answers and events go out; false when there was none. */
  boolean answer(int most) {
    boolean some = false;
    for (int i = 0; i < most; i++) {
      Runnable next = answers.poll();
      if (next == null) {
        break;
      }
      some = true;
      next.run();
    }
    return some;
  }

  void tick(Duration by) {
    clock.now = clock.now.plus(by);
    promises.now = clock.now;
    if (clock.now.isAfter(promises.latest)) {
      promises.latest = clock.now;
    }
  }
}
