package dev.bide.engine.simulation;

import dev.bide.engine.Busy;
import dev.bide.engine.Command;
import dev.bide.engine.Engine;
import dev.bide.engine.Refused;
import dev.bide.engine.Submitted;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.notice.NoticeRule;
import dev.bide.store.StoreDown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whoever asks the server for something, and what they were answered. */
final class Clients {
  static final String OTHER_QUEUE = "gpu";
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final class Submit {
    final String name;
    final List<JobSpec> specs;
    final Command.@Nullable Key key;
    int asked;
    @Nullable List<Long> numbers;

    Submit(String name, List<JobSpec> specs, Command.@Nullable Key key) {
      this.name = name;
      this.specs = specs;
      this.key = key;
    }
  }

  private final Promises promises;
  private final Story story;
  private final Coverage coverage;
  private final List<Submit> keyed = new ArrayList<>();
  private final List<CompletableFuture<?>> waiting = new ArrayList<>();
  private int submits;

  Clients(Promises promises, Story story, Coverage coverage) {
    this.promises = promises;
    this.story = story;
    this.coverage = coverage;
  }

  /** Their connection is gone: nobody hears of these answers any more. */
  void disconnected() {
    waiting.clear();
  }

  long unanswered() {
    return waiting.stream().filter(future -> !future.isDone()).count();
  }

  /** One of the two that there are. */
  static String queue(Random dice) {
    return dice.nextInt(3) == 0 ? OTHER_QUEUE : "default";
  }

  void submit(Engine engine, Action action, Postman postman) {
    String name = "s" + ++submits;
    int count = 1 + action.more(4);
    String queue = action.more(3) == 0 ? OTHER_QUEUE : "default";
    List<JobSpec> specs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JobSpec spec =
          new JobSpec(
              new Program.Argv(List.of("true")), "/", name + "." + i, queue, Map.of(), 0022);
      specs.add(postman.perhapsTelling(spec, action.dice() + i));
    }
    boolean withKey = action.more(5) < 3;
    Submit submit =
        new Submit(name, specs, withKey ? new Command.Key("key of " + name, name) : null);
    promises.sizes.put(name, count);
    if (withKey) {
      keyed.add(submit);
    }
    story.tell("%s: submit of %d to %s%s", name, count, queue, withKey ? " with a key" : "");
    send(engine, submit);
  }

  void submitAgain(Engine engine, Action action) {
    Submit submit = action.pick(keyed);
    if (submit != null) {
      story.tell("%s: submit again with the same key", submit.name);
      send(engine, submit);
    }
  }

  private void send(Engine engine, Submit submit) {
    submit.asked++;
    ask(
        engine,
        submit.name,
        new Command.Submit(submit.specs, submit.key),
        answer -> accepted(submit, answer),
        failure -> failed(submit, failure));
  }

  private void accepted(Submit submit, Submitted answer) {
    List<Long> numbers = answer.jobs().stream().map(Job::number).toList();
    story.tell("%s: accepted as %s%s", submit.name, numbers, answer.again() ? ", again" : "");
    answer.jobs().forEach(promises::accepted);
    List<Long> before = submit.numbers;
    if (before == null) {
      submit.numbers = numbers;
    }
    boolean same = before == null ? !numbers.isEmpty() : before.containsAll(numbers);
    for (Job job : answer.jobs()) {
      same &= String.valueOf(job.name()).startsWith(submit.name + ".");
    }
    promises.hold(same, Promise.ALL_OR_NONE, submit.name + " was " + before + " and is " + numbers);
    boolean whole = answer.again() || numbers.size() == submit.specs.size();
    promises.hold(whole, Promise.ALL_OR_NONE, submit.name + " was answered with " + numbers);
  }

  private void failed(Submit submit, RuntimeException failure) {
    boolean unknown = failure instanceof StoreDown trouble && trouble.outcomeUnknown();
    boolean refusedAsRemoved =
        failure instanceof Refused refused && refused.kind() == Refused.Kind.REMOVED;
    if (submit.asked == 1 && !unknown && !refusedAsRemoved) {
      promises.neverHappened(submit.name);
    }
  }

  void cancel(Engine engine, @Nullable Long number) {
    if (number == null) {
      return;
    }
    promises.cancelsAsked.add(number);
    story.tell("cancel job %d", number);
    ask(
        engine,
        "cancel of job " + number,
        new Command.Cancel(number, GRACE, Reason.CANCELLED_BY_USER),
        job -> {
          promises.durable(job);
          promises.hold(
              job.state() != State.PENDING,
              Promise.ANSWERED_AFTER_THE_COMMIT,
              "job " + number + " waits after its cancel was answered");
        },
        failure -> {});
  }

  void retry(Engine engine, @Nullable Long number) {
    if (number == null) {
      return;
    }
    promises.retriesAsked.merge(number, 1, Integer::sum);
    story.tell("retry job %d", number);
    ask(
        engine,
        "retry of job " + number,
        new Command.Retry(number),
        promises::durable,
        failure -> {});
  }

  void remove(Engine engine, @Nullable Long number) {
    if (number == null) {
      return;
    }
    promises.removesAsked.add(number);
    story.tell("remove job %d", number);
    ask(
        engine,
        "removal of job " + number,
        new Command.Remove(number),
        yes -> promises.durablyRemoved(number),
        failure -> {});
  }

  void change(Engine engine, String queue, @Nullable Integer slots, @Nullable Boolean paused) {
    story.tell(
        "queue %s: %s",
        queue, slots != null ? slots + " slots" : Boolean.TRUE.equals(paused) ? "pause" : "resume");
    ask(
        engine,
        "change of queue " + queue,
        new Command.ChangeQueue(queue, slots, paused),
        promises::durable,
        failure -> {});
  }

  void tell(Engine engine, String queue, List<NoticeRule> rules) {
    story.tell("queue %s: tells %s", queue, rules);
    ask(
        engine,
        "rules of queue " + queue,
        new Command.ChangeQueue(queue, null, null, rules),
        promises::durable,
        failure -> {});
  }

  void drain(Engine engine) {
    story.tell("drain");
    ask(engine, "drain", new Command.Drain(), open -> promises.drained = true, failure -> {});
  }

  <T> void ask(
      Engine engine,
      String what,
      Command<T> command,
      Consumer<T> whenDone,
      Consumer<RuntimeException> whenFailed) {
    CompletableFuture<T> future;
    try {
      future = engine.ask(command);
    } catch (Busy busy) {
      whenFailed.accept(busy);
      return;
    }
    waiting.add(future);
    var unused =
        future.whenComplete(
            (answer, failure) -> {
              coverage.answers++;
              if (failure == null) {
                story.tell("  answered: %s", what);
                whenDone.accept(answer);
              } else {
                story.tell("  failed: %s, %s", what, failure.getMessage());
                if (failure instanceof RuntimeException known
                    && (known instanceof Refused || known instanceof StoreDown)) {
                  whenFailed.accept(known);
                } else {
                  promises.broken(Promise.NO_FAULT_OF_ITS_OWN, what + ": " + failure);
                }
              }
            });
  }
}
