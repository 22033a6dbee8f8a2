package dev.bide.engine.simulation;

import dev.bide.engine.simulation.ModelJob.ModelAttempt;
import dev.bide.job.Ending;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.Notice.Fact;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.QueueSettings;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.PlannedRun.Decision;
import dev.bide.schedule.Schedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares the notices that a commit writes with what came to pass in it: one for each event and
 * target of a rule, and none else.
 */
final class Tidings {
  private final Promises promises;
  private final Map<String, QueueSettings> queues = new TreeMap<>();

  /** Every notice that was ever written, and those that somebody has taken. */
  private final Set<UUID> written = new HashSet<>();

  private final Set<UUID> received = new HashSet<>();
  private final Set<UUID> givenUp = new HashSet<>();

  /** The rules for everything, of every server of this seed. */
  List<NoticeRule> always = List.of();

  Tidings(Promises promises) {
    this.promises = promises;
  }

  void alreadyThere(QueueSettings queue) {
    queues.put(queue.name(), queue);
  }

  /** Somebody has taken it. */
  void received(UUID id) {
    received.add(id);
    promises.hold(written.contains(id), Promise.TOLD_ONCE, "never on disk, and sent: " + id);
  }

  /** It was decided to send it no more. */
  void givenUp(UUID id) {
    givenUp.add(id);
  }

  /** What one commit has to tell, and what it tells. */
  static final class Commit {
    private final List<String> happened = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Map<String, Set<String>> perhapsEmpty = new TreeMap<>();
  }

  /**
   * Looks at one write of a commit.
   *
   * @param calendar has seen it already
   */
  void see(Write write, Calendar calendar, Commit commit) {
    if (write instanceof Write.QueueKept kept) {
      queues.put(kept.queue().name(), kept.queue());
    } else if (write instanceof Write.JobKept kept && kept.before() != null) {
      see(kept.before(), kept.after(), commit);
    } else if (write instanceof Write.RunDecided run) {
      Schedule schedule = calendar.schedule(run.after().schedule());
      if (schedule != null) {
        see(run.after(), schedule, commit);
      }
    } else if (write instanceof Write.Told told) {
      commit.told.add(words(told.notice()));
      written.add(told.notice().id());
    } else if (write instanceof Write.Delivered delivered) {
      see(delivered);
    } else if (write instanceof Write.Forgotten forgotten) {
      taken(forgotten.notice(), "it is forgotten");
    }
  }

  private void see(ModelJob before, ModelJob after, Commit commit) {
    String what = " of job " + after.number() + " attempt " + after.attempts().size();
    List<NoticeRule> own = after.spec().terms().notices();
    String queue = after.spec().queue();
    if (hasStarted(after) && !hasStarted(before)) {
      happened(own, queue, EnumSet.of(NoticeEvent.START), what + " as it " + State.RUNNING, commit);
    }
    if (after.state().isFinal() && !before.state().isFinal()) {
      Ending ending = ((Status.Ended) after.seen().status()).ending();
      Set<NoticeEvent> events =
          after.state().isFailure()
              ? EnumSet.of(NoticeEvent.END, NoticeEvent.FAILURE)
              : EnumSet.of(NoticeEvent.END);
      String how = " as it " + after.state() + code(ending.exitCode());
      happened(own, queue, events, what + how, commit);
      commit
          .perhapsEmpty
          .computeIfAbsent(queue, name -> new TreeSet<>())
          .addAll(targets(List.of(), queue, EnumSet.of(NoticeEvent.EMPTY)).keySet());
    }
  }

  private static boolean hasStarted(ModelJob job) {
    List<ModelAttempt> attempts = job.attempts();
    return !attempts.isEmpty() && job.latest().kept().startedAt() != null;
  }

  private static String code(@Nullable Object code) {
    return code == null ? "" : " with code " + code;
  }

  private void see(PlannedRun run, Schedule schedule, Commit commit) {
    if (run.decision() == Decision.SKIPPED || run.decision() == Decision.MISSED) {
      happened(
          schedule.template().terms().notices(),
          schedule.template().queue(),
          EnumSet.of(NoticeEvent.MISSED),
          " of " + run.schedule() + " for " + run.instant(),
          commit);
    }
  }

  private void happened(
      List<NoticeRule> own, String queue, Set<NoticeEvent> events, String what, Commit commit) {
    targets(own, queue, events)
        .forEach((target, event) -> commit.happened.add(event + what + " to " + target));
  }

  /** Each target is told once, of a failure rather than of an end. */
  private Map<String, NoticeEvent> targets(
      List<NoticeRule> own, String queue, Set<NoticeEvent> events) {
    List<NoticeRule> rules = new ArrayList<>(own);
    rules.addAll(Objects.requireNonNull(queues.get(queue)).notices());
    rules.addAll(always);
    Map<String, NoticeEvent> targets = new TreeMap<>();
    for (NoticeEvent event : events) { // in order: a failure last
      for (NoticeRule rule : rules) {
        if (rule.events().contains(event)) {
          targets.put(rule.target().text(), event);
        }
      }
    }
    return targets;
  }

  private static String words(Notice notice) {
    String what =
        switch (notice.event()) {
          case START, END, FAILURE ->
              " of job "
                  + notice.job()
                  + " attempt "
                  + notice.fact(Fact.ATTEMPT)
                  + " as it "
                  + notice.fact(Fact.STATE)
                  + code(notice.fact(Fact.EXIT_CODE));
          case MISSED ->
              " of " + notice.fact(Fact.SCHEDULE) + " for " + notice.fact(Fact.PLANNED_FOR);
          case EMPTY -> " of " + notice.fact(Fact.QUEUE);
        };
    return notice.event() + what + " to " + notice.target();
  }

  private void see(Write.Delivered write) {
    Notice after = write.after();
    promises.hold(
        write.before().delivery().state() != Delivery.State.SENT
            || after.delivery().state() == Delivery.State.SENT,
        Promise.TOLD_ONCE,
        "it was sent, and is to be sent again: " + after);
    if (after.delivery().state() != Delivery.State.WAITING) {
      taken(after, "it waits no more");
    }
  }

  private void taken(Notice notice, String but) {
    boolean well =
        notice.delivery().state() == Delivery.State.SENT
            ? received.contains(notice.id())
            : givenUp.contains(notice.id());
    promises.hold(well, Promise.TOLD_AT_LEAST_ONCE, but + ", and nobody was told: " + notice);
  }

  /** The commit is whole: it must tell of what happened in it, and of nothing else. */
  void whole(Commit commit, ModelState after) {
    commit.perhapsEmpty.forEach(
        (queue, before) -> {
          boolean empty =
              after.jobs.values().stream()
                  .noneMatch(job -> job.spec().queue().equals(queue) && !job.state().isFinal());
          if (empty) {
            // who asked for it when the last one ended, and still does
            Set<String> targets = targets(List.of(), queue, EnumSet.of(NoticeEvent.EMPTY)).keySet();
            for (String target : targets) {
              String words = NoticeEvent.EMPTY + " of " + queue + " to " + target;
              if (before.contains(target) || commit.told.contains(words)) {
                commit.happened.add(words);
              }
            }
          }
        });
    Collections.sort(commit.happened);
    Collections.sort(commit.told);
    if (!commit.happened.equals(commit.told)) {
      promises.broken(
          Promise.TOLD_ONCE,
          "what happened is " + commit.happened + " and what is told is " + commit.told);
    }
  }

  /** At rest: everybody was told, or it was said that he could not be. */
  void atRest(ModelState state) {
    for (Notice notice : state.notices.values()) {
      promises.hold(
          notice.delivery().state() != Delivery.State.WAITING,
          Promise.TOLD_AT_LEAST_ONCE,
          "it waits and nobody sends it: " + notice);
    }
    Set<UUID> untold = new HashSet<>(written);
    untold.removeAll(received);
    untold.removeAll(givenUp);
    promises.hold(untold.isEmpty(), Promise.TOLD_AT_LEAST_ONCE, "nobody was told of " + untold);
  }
}
