package dev.bide.checks;

import dev.bide.checks.failpoints.Failpoints;
import dev.bide.checks.failpoints.Step;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A server that dies at steps, one after another, and is started again each time. */
final class MortalServer extends StubbornClient implements AutoCloseable {
  private final Path arming;
  private final Deque<Step> ahead = new ArrayDeque<>();
  private final List<Step> passed = new ArrayList<>();
  private int nth = 1;

  /** A new one on a ground of its own, with nothing ahead. */
  MortalServer() {
    super(new Ground());
    arming = ground().directory().resolve("armed");
    ground()
        .startWith(
            QuickStart.join(QuickStart.java())
                + " -cp '%s:%s' dev.bide.checks.failpoints.FailpointServer '%s'"
                    .formatted(
                        Ground.findJar(), Ground.root().resolve("checks/target/classes"), arming));
    try {
      ground().serve();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
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
    ground().server().signal("TERM");
    startAgain();
    awaitReady();
  }

  @Override
  void startAgain() {
    int code = ground().server().awaitEnd();
    if (code != Failpoints.HALTED || ahead.isEmpty()) {
      throw new IllegalStateException(
          "the server ended with "
              + code
              + " before "
              + ahead
              + ": "
              + ground().server().printed());
    }
    passed.add(ahead.remove());
    nth = 1;
    armNext();
    ground().launch();
  }

  @Override
  public void close() {
    ground().close();
  }
}
