package dev.bide.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All that waits to be decided, in the order it came. What brings new work has bounded room; news
 * and what frees a slot is always let in. Thread-safe.
 */
final class Inbox {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<Asked<?>> waiting = new ArrayDeque<>();
  private int bounded;
  private boolean closed;

  /**
   * An empty one.
   *
   * @param capacity how many jobs may wait in it to be accepted
   */
  Inbox(int capacity) {
    this.capacity = capacity;
  }

  /** Puts it behind the others; refuses with {@link Busy} when there is no room for more work. */
  void put(Asked<?> asked) {
    lock.lock();
    try {
      if (closed) {
        throw new Busy("the server is stopping", Duration.ofSeconds(5));
      }
      int weight = asked.command().weight();
      if (!asked.command().urgent()) {
        if (bounded > 0 && bounded + weight > capacity) {
          throw new Busy(
              bounded + " jobs wait to be accepted: ask again in a second", Duration.ofSeconds(1));
        }
        bounded += weight;
      }
      waiting.addLast(asked);
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes what has come, waiting up to {@code patience} for the first.
   *
   * @param most rows of work at once, roughly; at least one command is taken
   */
  List<Asked<?>> take(Duration patience, int most) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          break;
        }
        arrived.awaitNanos(left);
      }
      List<Asked<?>> taken = new ArrayList<>();
      int weight = 0;
      Asked<?> next;
      while ((next = waiting.peekFirst()) != null && (taken.isEmpty() || weight < most)) {
        waiting.removeFirst();
        weight += next.command().weight();
        if (!next.command().urgent()) {
          bounded -= next.command().weight();
        }
        taken.add(next);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing more in; what is in can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
