package dev.bide.engine;

import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.Outcome;
import dev.bide.job.Status;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.Notice.Fact;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeRule;
import dev.bide.schedule.Schedule;
import dev.bide.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who is to be told of what happens in one batch, in the same transaction. Where nobody
 * is to be told anything, nothing is read and nothing written. Lives on the engine's thread for one
 * turn.
 */
final class Telling {
  private final Transaction transaction;
  private final Memory memory;
  private final Supplier<UUID> uuids;
  private final List<NoticeRule> always;
  private final Instant now;

  /** Queues of which a job has ended, where somebody wants to know that they are empty. */
  private final Set<String> perhapsEmpty = new TreeSet<>();

  private boolean any;
  private boolean delivered;
  private int failed;

  /**
   * For one turn.
   *
   * @param always the rules that hold for everything
   */
  Telling(
      Transaction transaction,
      Memory memory,
      Supplier<UUID> uuids,
      List<NoticeRule> always,
      Instant now) {
    this.transaction = transaction;
    this.memory = memory;
    this.uuids = uuids;
    this.always = always;
    this.now = now.truncatedTo(ChronoUnit.MILLIS);
  }

  /** True when something is to be sent. */
  boolean any() {
    return any;
  }

  @SuppressWarnings("unchecked") // each record answers what its own type parameter says
  <T> T decide(Command.OfNotices<T> command) {
    Object answer;
    if (command instanceof Command.NoteDelivery note) {
      note.deliveries().forEach(transaction::deliver);
      delivered = true;
      answer = true;
    } else if (command instanceof Command.SendAgain again) {
      answer = sendAgain(again.id());
    } else if (command instanceof Command.ForgetNotices forget) {
      int forgotten = transaction.forgetNotices(forget.sentBefore(), forget.givenUpBefore());
      delivered |= forgotten > 0;
      answer = forgotten;
    } else {
      throw new IllegalStateException("no decision for " + command);
    }
    return (T) answer;
  }

  private Notice sendAgain(UUID id) {
    Notice notice = transaction.notice(id).orElseThrow(() -> Missing.notice(id));
    if (notice.delivery().state() == Delivery.State.SENT) {
      throw new Refused(Refused.Kind.NOT_FAILED, "the notice " + id + " was sent already");
    }
    Notice again = notice.at(Delivery.due(now));
    transaction.deliver(id, again.delivery());
    any = true;
    delivered = true;
    return again;
  }

  /** What others may want to know of notices, once {@link #settle} has run; null for nothing. */
  Event.@Nullable NoticesChanged news() {
    return delivered ? new Event.NoticesChanged(failed) : null;
  }

  /** An attempt of a job has begun to run. */
  void started(long number, String queue) {
    List<NoticeRule> own = memory.rulesOf(number);
    if (nobodyAsks(own, queue)) {
      return;
    }
    tellOfJob(number, own, queue, EnumSet.of(NoticeEvent.START));
  }

  /** A job has ended. */
  void ended(long number, String queue, Outcome outcome) {
    List<NoticeRule> own = memory.rulesOf(number);
    memory.forgetRules(number);
    if (nobodyAsks(own, queue)) {
      return;
    }
    boolean failed = outcome.state().isFailure();
    tellOfJob(
        number,
        own,
        queue,
        failed ? EnumSet.of(NoticeEvent.END, NoticeEvent.FAILURE) : EnumSet.of(NoticeEvent.END));
    if (!targets(List.of(), queue, EnumSet.of(NoticeEvent.EMPTY)).isEmpty()) {
      perhapsEmpty.add(queue);
    }
  }

  private boolean nobodyAsks(List<NoticeRule> own, String queue) {
    return own.isEmpty() && always.isEmpty() && memory.settings(queue).notices().isEmpty();
  }

  private void tellOfJob(
      long number, List<NoticeRule> own, String queue, Set<NoticeEvent> happened) {
    Map<String, NoticeEvent> targets = targets(own, queue, happened);
    if (targets.isEmpty()) {
      return;
    }
    Job job = transaction.job(number).orElseThrow(() -> Missing.job(number, transaction));
    Map<String, String> facts = ofJob(job);
    addQueue(facts, queue);
    targets.forEach((target, event) -> write(event, target, number, facts));
  }

  /** A planned run does not take place; its note says why. */
  void missed(Schedule schedule, Instant plannedFor, String note) {
    List<NoticeRule> own = schedule.template().terms().notices();
    String queue = schedule.template().queue();
    if (!memory.knowsQueue(queue) || nobodyAsks(own, queue)) {
      return;
    }
    Map<String, NoticeEvent> targets = targets(own, queue, EnumSet.of(NoticeEvent.MISSED));
    if (targets.isEmpty()) {
      return;
    }
    Map<String, String> facts = new TreeMap<>();
    facts.put(Fact.SCHEDULE, schedule.name());
    facts.put(Fact.PLANNED_FOR, plannedFor.toString());
    facts.put(Fact.MESSAGE, Fact.text(note));
    facts.put(Fact.COMMAND, Fact.text(schedule.template().program().commandLine()));
    addQueue(facts, queue);
    targets.forEach((target, event) -> write(event, target, null, facts));
  }

  /** The last thing: what ended may have been followed by something else. */
  void settle() {
    if (delivered) {
      failed = transaction.failedNotices();
    }
    for (String queue : perhapsEmpty) {
      Event.QueueState state = memory.state(queue);
      if (state.running() == 0 && state.pending() == 0) {
        Map<String, String> facts = new TreeMap<>();
        addQueue(facts, queue);
        targets(List.of(), queue, EnumSet.of(NoticeEvent.EMPTY))
            .forEach((target, event) -> write(event, target, null, facts));
      }
    }
  }

  /** Each target once, with what it is told: of a failure that this is one. */
  private Map<String, NoticeEvent> targets(
      List<NoticeRule> own, String queue, Set<NoticeEvent> happened) {
    Map<String, NoticeEvent> targets = new LinkedHashMap<>();
    for (List<NoticeRule> rules : List.of(own, memory.settings(queue).notices(), always)) {
      for (NoticeRule rule : rules) {
        for (NoticeEvent event : rule.events()) {
          if (happened.contains(event)) {
            targets.merge(
                rule.target().text(),
                event,
                (one, other) -> one.compareTo(other) > 0 ? one : other);
          }
        }
      }
    }
    return targets;
  }

  private void write(
      NoticeEvent event, String target, @Nullable Long job, Map<String, String> facts) {
    transaction.tell(new Notice(uuids.get(), now, event, target, job, facts, Delivery.due(now)));
    any = true;
  }

  private void addQueue(Map<String, String> facts, String queue) {
    Event.QueueState state = memory.state(queue);
    facts.put(Fact.QUEUE, Fact.text(queue));
    facts.put(Fact.PENDING, Integer.toString(state.pending()));
    facts.put(Fact.RUNNING, Integer.toString(state.running()));
  }

  private static Map<String, String> ofJob(Job job) {
    Map<String, String> facts = new TreeMap<>();
    facts.put(Fact.JOB, Long.toString(job.number()));
    facts.put(Fact.UUID, job.uuid().toString());
    facts.put(Fact.ATTEMPT, Integer.toString(job.attempt()));
    put(facts, Fact.NAME, job.name());
    put(facts, Fact.COMMAND, job.program().commandLine());
    put(facts, Fact.DIRECTORY, job.directory());
    put(facts, Fact.SCHEDULE, job.terms().schedule());
    put(facts, Fact.PLANNED_FOR, job.terms().plannedFor());
    put(facts, Fact.STATE, job.state());
    if (job.status() instanceof Status.Ended ended) {
      Ending ending = ended.ending();
      put(facts, Fact.REASON, ending.reason());
      put(facts, Fact.MESSAGE, ending.message());
      put(facts, Fact.EXIT_CODE, ending.exitCode());
      put(facts, Fact.SIGNAL, ending.signal());
      Instant began = ended.startedAt();
      if (began != null) {
        facts.put(Fact.SECONDS, seconds(Duration.between(began, ending.at())));
      }
    }
    return facts;
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(0, duration.toSeconds()));
  }

  private static void put(Map<String, String> facts, String name, @Nullable Object value) {
    if (value != null) {
      facts.put(name, Fact.text(value.toString()));
    }
  }
}
