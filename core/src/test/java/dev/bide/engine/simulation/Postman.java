package dev.bide.engine.simulation;

import dev.bide.engine.Command;
import dev.bide.engine.Engine;
import dev.bide.engine.NoticeOffice;
import dev.bide.job.JobSpec;
import dev.bide.notice.Delivery;
import dev.bide.notice.InvalidNotice;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is told what, which the first two seeds of four have, and whoever sends it: as the server's
 * own does it, what was read is sent, and what came of it is noted afterwards. What he holds is
 * gone with the server; who has received what is not.
 */
final class Postman {
  private static final List<String> RULES =
      List.of(
          "start=command:a",
          "end=command:a",
          "failure=command:a",
          "failure,end=command:b",
          "empty=command:a",
          "empty,missed=command:b",
          "missed=command:a",
          "start,end,failure,empty,missed=https://example.org/c");

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Simulation simulation;
  private final boolean works;
  private final List<NoticeRule> always;

  private boolean woken;
  private @Nullable Instant wakeAt;

  /** Read from the outbox and on the way. */
  private final Map<UUID, Notice> sending = new LinkedHashMap<>();

  /** What came of them, still to be noted. */
  private final Map<UUID, Delivery> unnoted = new LinkedHashMap<>();

  private boolean noting;

  Postman(Simulation simulation) {
    this.simulation = simulation;
    long seed = simulation.plan.seed();
    this.works = seed % 4 < 2;
    Random random = dice(seed);
    this.always = works && random.nextInt(3) == 0 ? rules(random) : List.of();
  }

  private static Random dice(long seed) {
    Random random = new Random(seed * 0x5851f42d4c957f2dL);
    random.nextInt();
    return random;
  }

  private static List<NoticeRule> rules(Random random) {
    List<NoticeRule> rules = new ArrayList<>();
    int count = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      try {
        rules.add(NoticeRule.parse(RULES.get(random.nextInt(RULES.size()))));
      } catch (InvalidNotice e) {
        throw new IllegalStateException(e);
      }
    }
    return rules;
  }

  /** For every server of this seed. */
  NoticeOffice office() {
    return new NoticeOffice(always, () -> woken = true);
  }

  List<NoticeRule> always() {
    return always;
  }

  /** The same job, perhaps with somebody who is told of it. */
  JobSpec perhapsTelling(JobSpec spec, long dice) {
    return works ? spec.telling(rules(dice(dice))) : spec;
  }

  /** A new server has one that knows nothing, and looks. */
  void begins() {
    sending.clear();
    unnoted.clear();
    noting = false;
    woken = true;
    wakeAt = null;
  }

  /** What happens besides an action, by its dice. */
  void beside(Action action) {
    Engine running = simulation.engine;
    if (!works || running == null) {
      return;
    }
    Random dice = dice(action.dice());
    switch (dice.nextInt(16)) {
      case 0, 1 -> look();
      case 2, 3 -> arrive(pick(dice), dice);
      case 4, 5 -> note(running);
      case 6 -> simulation.clients.tell(running, Clients.queue(dice), rules(dice));
      case 7 -> sendAgain(running, dice);
      case 8 -> forget(running, dice);
      default -> {
        // nothing happens to notices meanwhile
      }
    }
  }

  private @Nullable Notice pick(Random dice) {
    List<Notice> all = List.copyOf(sending.values());
    return all.isEmpty() ? null : all.get(dice.nextInt(all.size()));
  }

  /** Reads what is due, where there is a reason to look; false when there was nothing to do. */
  private boolean look() {
    Instant now = simulation.promises.now;
    Instant due = wakeAt;
    if (!woken && (due == null || now.isBefore(due))) {
      return false;
    }
    woken = false;
    ModelSnapshot snapshot = new ModelSnapshot(simulation.disk.state());
    wakeAt = snapshot.nextNotice(now).orElse(null);
    boolean some = false;
    for (Notice notice : snapshot.dueNotices(now, 2_000)) {
      if (!unnoted.containsKey(notice.id())) {
        some |= sending.putIfAbsent(notice.id(), notice) == null;
      }
    }
    return some;
  }

  /** One that is due, and that nothing leads him to; null when all is well. */
  @Nullable Notice overlooked() {
    Instant now = simulation.promises.now;
    Instant due = wakeAt;
    if (!works || woken || noting || (due != null && !now.isBefore(due))) {
      return null;
    }
    for (Notice notice : new ModelSnapshot(simulation.disk.state()).dueNotices(now, 2_000)) {
      if (!sending.containsKey(notice.id()) && !unnoted.containsKey(notice.id())) {
        return notice;
      }
    }
    return null;
  }

  /** One is taken, refused, or refused for good. */
  private void arrive(@Nullable Notice notice, Random dice) {
    if (notice == null) {
      return;
    }
    sending.remove(notice.id());
    Delivery before = notice.delivery();
    Instant now = simulation.promises.now;
    int how = dice.nextInt(6);
    simulation.story.tell(
        "notice %s is %s", notice.id(), how < 4 ? "taken" : how == 4 ? "refused" : "given up");
    if (how < 4) {
      taken(notice);
      unnoted.put(notice.id(), before.sent(now));
    } else if (how == 4) {
      unnoted.put(notice.id(), before.failed("busy", now.plus(PAUSE)));
    } else {
      simulation.promises.tidings.givenUp(notice.id());
      unnoted.put(notice.id(), before.givenUp("gone", now));
    }
  }

  private void taken(Notice notice) {
    simulation.coverage.notesTaken++;
    simulation.promises.tidings.received(notice.id());
  }

  private void note(Engine running) {
    if (unnoted.isEmpty() || noting) {
      return;
    }
    noting = true;
    Map<UUID, Delivery> noted = Map.copyOf(unnoted);
    simulation.story.tell("what came of %d notices is noted", noted.size());
    simulation.clients.ask(
        running,
        "note of notices",
        new Command.NoteDelivery(noted),
        yes -> {
          noting = false;
          unnoted.entrySet().removeAll(noted.entrySet());
          woken = true;
        },
        failure -> noting = false);
  }

  private void sendAgain(Engine running, Random dice) {
    List<Notice> failed =
        new ModelSnapshot(simulation.disk.state())
            .notices(null, dice.nextBoolean() ? Delivery.State.FAILED : null, 10);
    if (!failed.isEmpty()) {
      Notice notice = failed.get(dice.nextInt(failed.size()));
      simulation.story.tell("notice %s is to be sent again", notice.id());
      simulation.clients.ask(
          running, "again", new Command.SendAgain(notice.id()), again -> {}, failure -> {});
    }
  }

  private void forget(Engine running, Random dice) {
    Instant before = simulation.promises.now.minusSeconds(dice.nextInt(60));
    simulation.story.tell("what was sent before %s is forgotten", before);
    simulation.clients.ask(
        running,
        "forgetting of notices",
        new Command.ForgetNotices(before, before.minusSeconds(30)),
        count -> {},
        failure -> {});
  }

  /** Nothing goes wrong any more: sends all that he has a reason to look for; true: he did. */
  boolean settle(Engine running) {
    if (!works) {
      return false;
    }
    boolean some = look() || !sending.isEmpty() || !unnoted.isEmpty();
    for (Notice notice : List.copyOf(sending.values())) {
      sending.remove(notice.id());
      taken(notice);
      unnoted.put(notice.id(), notice.delivery().sent(simulation.promises.now));
    }
    note(running);
    return some;
  }
}
