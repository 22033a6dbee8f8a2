package dev.bide.checks;

import dev.bide.checks.Client.Answer;
import dev.bide.checks.failpoints.Failpoints;
import dev.bide.checks.failpoints.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A server that dies at steps, one after another, and is started again each time; and a client of
 * it that asks again where no answer came.
 */
final class MortalServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Ground ground = new Ground();
  private final Path arming = ground.directory().resolve("armed");
  private final Deque<Step> ahead = new ArrayDeque<>();
  private final List<Step> passed = new ArrayList<>();
  private int nth = 1;

  /** A new one on a ground of its own, with nothing ahead. */
  MortalServer(Path archive) {
    ground.startWith(
        ServerWords.java(archive)
            + " -cp '"
            + ground.jar()
            + ":"
            + Ground.root().resolve("checks/target/classes")
            + "' dev.bide.checks.failpoints.FailpointServer '"
            + arming
            + "'");
    ground.serve();
  }

  Ground ground() {
    return ground;
  }

  /** From now on it is to die at these steps, in this order. */
  void arm(List<Step> steps, int atWhichPassing) {
    passed.clear();
    ahead.clear();
    ahead.addAll(steps);
    nth = atWhichPassing;
    armNext();
  }

  private void armNext() {
    Step next = ahead.peek();
    if (next == null) {
      Failpoints.disarm(arming);
    } else {
      Failpoints.arm(arming, next, nth);
    }
  }

  /** The step at which it dies next, if any. */
  Optional<Step> next() {
    return Optional.ofNullable(ahead.peek());
  }

  /** Where it has died. */
  List<Step> passed() {
    return List.copyOf(passed);
  }

  /** Nothing is ahead any more. */
  void disarm() {
    ahead.clear();
    armNext();
  }

  /** Tells it to end, which it must not survive; the next one is ready afterwards. */
  void terminate() {
    ground.server().signal("TERM");
    revive();
  }

  /**
   * Starts the next when this one has died, or is about to.
   *
   * @throws IllegalStateException when it ended in another way
   */
  private void revive() {
    int code = ground.server().awaitEnd();
    if (code != Failpoints.HALTED || ahead.isEmpty()) {
      throw new IllegalStateException(
          "the server ended with " + code + " before " + ahead + ": " + ground.server().printed());
    }
    passed.add(ahead.remove());
    nth = 1;
    armNext();
    ground.launch();
    until(() -> ground.client().healthy());
  }

  /** Waits until that is so, through deaths. */
  void until(BooleanSupplier so) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!so.getAsBoolean()) {
      if (!ground.server().lives()) {
        revive();
      } else if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited in vain: " + ground.server().printed());
      }
      BideServer.pause(Duration.ofMillis(10));
    }
  }

  /** An answer, through deaths. */
  Answer ask(String method, String path, Object body) {
    return ask(() -> ground.client().send(method, path, body, Map.of()));
  }

  /** An answer to a question that may be asked again. */
  Answer ask(Question question) {
    List<Answer> answers = new ArrayList<>();
    until(
        () -> {
          question.once().filter(answer -> answer.status() != 503).ifPresent(answers::add);
          return !answers.isEmpty();
        });
    return answers.get(0);
  }

  /** A question, which may find nobody. */
  interface Question {
    /** Asks once. */
    Optional<Answer> once();
  }

  @Override
  public void close() {
    ground.close();
  }
}
