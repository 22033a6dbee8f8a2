package dev.bide.engine;

import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.job.Status;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.QueueSettings;
import dev.bide.queue.Situation;
import dev.bide.queue.Situation.QueueSituation;
import dev.bide.queue.Situation.Waiting;
import dev.bide.store.Snapshot;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What waits and what is open, as the store has it: the owner's working copy, thrown away and read
 * again whenever a commit fails. Owned by the engine's thread; the maps of what waits may be read
 * from others.
 */
final class Memory {
  /** An attempt that is open, and what was decided about it. */
  static final class Open {
    final AttemptId attempt;
    final String queue;
    final String node;
    @Nullable Reason stopping;
    @Nullable ProcessIdentity process;

    /** One that was just assigned. */
    Open(AttemptId attempt, String queue, String node) {
      this.attempt = attempt;
      this.queue = queue;
      this.node = node;
    }
  }

  private static final class Queue {
    QueueSettings settings;
    int occupied;
    final ConcurrentSkipListMap<Long, Waiting> ready = new ConcurrentSkipListMap<>();
    final ConcurrentSkipListMap<Long, Waiting> delayed = new ConcurrentSkipListMap<>();

    /** Counted here, since the size of a skip list is found by walking it. */
    int waiting;

    Queue(QueueSettings settings) {
      this.settings = settings;
    }
  }

  private record Due(Instant at, String queue, long number) {}

  private final Map<String, Queue> queues = new TreeMap<>();
  private final Map<Long, String> queueOfWaiting = new HashMap<>();
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparing(Due::at));
  private final Set<String> changed = new TreeSet<>();
  private final Agenda agenda = new Agenda();

  /** Of the jobs that have not ended, who is told what of them; few have any. */
  private final Map<Long, List<NoticeRule>> rules = new HashMap<>();

  private Memory() {}

  /** As the store has it. */
  static Memory of(Snapshot snapshot) {
    Memory memory = new Memory();
    for (QueueSettings settings : snapshot.queues()) {
      memory.queues.put(settings.name(), new Queue(settings));
    }
    memory.agenda.read(snapshot);
    for (Job job : snapshot.unfinished()) {
      memory.unfinished(job);
      if (job.status() instanceof Status.Running running) {
        Open open = new Open(job.latestAttempt(), job.queue(), running.node());
        open.stopping = running.stopping();
        open.process = running.process();
        memory.opened(open);
      } else if (job.status() instanceof Status.Pending pending) {
        memory.waits(job.number(), job.queue(), pending.notBefore(), pending.backoff());
      }
    }
    memory.changed.addAll(memory.queues.keySet());
    return memory;
  }

  /** What is known of schedules. */
  Agenda agenda() {
    return agenda;
  }

  /** A job has not ended: what is to be known of it besides its place. */
  void unfinished(Job job) {
    agenda.unfinished(job);
    if (!job.terms().notices().isEmpty()) {
      rules.put(job.number(), job.terms().notices());
    }
  }

  /** Who is told what of a job that has not ended. */
  List<NoticeRule> rulesOf(long number) {
    return rules.getOrDefault(number, List.of());
  }

  void forgetRules(long number) {
    rules.remove(number);
  }

  boolean knowsQueue(String name) {
    return queues.containsKey(name);
  }

  Set<String> queueNames() {
    return queues.keySet();
  }

  QueueSettings settings(String name) {
    return queue(name).settings;
  }

  void save(QueueSettings settings) {
    queues.computeIfAbsent(settings.name(), name -> new Queue(settings)).settings = settings;
    changed.add(settings.name());
  }

  boolean waits(long number) {
    return queueOfWaiting.containsKey(number);
  }

  void waits(long number, String queueName, @Nullable Instant notBefore, @Nullable Reason backoff) {
    Queue queue = queue(queueName);
    Waiting waiting = new Waiting(number, notBefore, backoff);
    if (notBefore == null) {
      queue.ready.put(number, waiting);
    } else {
      queue.delayed.put(number, waiting);
      due.add(new Due(notBefore, queueName, number));
    }
    queue.waiting++;
    queueOfWaiting.put(number, queueName);
    changed.add(queueName);
  }

  void waitsNoMore(long number) {
    String name = queueOfWaiting.remove(number);
    if (name != null) {
      Queue queue = queue(name);
      queue.ready.remove(number);
      queue.delayed.remove(number);
      queue.waiting--;
      changed.add(name);
    }
  }

  void opened(Open attempt) {
    waitsNoMore(attempt.attempt.number());
    open.put(attempt.attempt.number(), attempt);
    queue(attempt.queue).occupied++;
    changed.add(attempt.queue);
  }

  void closed(long number) {
    Open attempt = open.remove(number);
    if (attempt != null) {
      queue(attempt.queue).occupied--;
      changed.add(attempt.queue);
    }
  }

  /** The open attempt of a job, or null. */
  @Nullable Open open(long number) {
    return open.get(number);
  }

  /** The open attempt, if it is exactly this one. */
  @Nullable Open open(AttemptId attempt) {
    Open found = open.get(attempt.number());
    return found != null && found.attempt.equals(attempt) ? found : null;
  }

  Collection<Open> open() {
    return open.values();
  }

  /** True when something that waited for its instant has become ready. */
  boolean becomeReady(Instant now) {
    boolean some = false;
    Due first;
    while ((first = due.peek()) != null && !first.at().isAfter(now)) {
      due.remove();
      Queue queue = queue(first.queue());
      Waiting waiting = queue.delayed.get(first.number());
      if (waiting != null && first.at().equals(waiting.notBefore())) {
        queue.delayed.remove(first.number());
        queue.ready.put(first.number(), waiting);
        some = true;
      }
    }
    return some;
  }

  /** When the next one becomes ready, or null. */
  @Nullable Instant nextDue() {
    Due first = due.peek();
    return first == null ? null : first.at();
  }

  boolean anythingReady() {
    return queues.values().stream().anyMatch(queue -> !queue.ready.isEmpty());
  }

  /** All that matters for who starts next; its maps go on living. */
  Situation situation(Instant now, @Nullable Reason held) {
    Map<String, QueueSituation> all = new LinkedHashMap<>();
    queues.forEach(
        (name, queue) ->
            all.put(
                name,
                new QueueSituation(queue.settings, queue.occupied, queue.ready, queue.delayed)));
    return new Situation(now, held, all);
  }

  /** What each queue holds. */
  Map<String, Event.QueueState> states() {
    Map<String, Event.QueueState> states = new LinkedHashMap<>();
    queues.forEach((name, queue) -> states.put(name, state(queue)));
    return states;
  }

  /** The queues that changed since this was last asked. */
  Collection<Event.QueueState> changes() {
    var states = changed.stream().map(name -> state(queue(name))).toList();
    changed.clear();
    return states;
  }

  /** What one queue holds. */
  Event.QueueState state(String name) {
    return state(queue(name));
  }

  private static Event.QueueState state(Queue queue) {
    return new Event.QueueState(queue.settings, queue.occupied, queue.waiting);
  }

  private Queue queue(String name) {
    Queue queue = queues.get(name);
    if (queue == null) {
      throw new IllegalStateException("no queue " + name + " in memory");
    }
    return queue;
  }
}
