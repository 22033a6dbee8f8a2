package dev.bide.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Notices that logs grow: looks at the size of those that somebody watches, and sleeps while nobody
 * watches any. One thread for all; a watcher is called on it and must be quick.
 */
public final class LogGrowth implements AutoCloseable {
  /** How often, where somebody waits for the next byte. */
  static final Duration SOON = Duration.ofMillis(50);

  /** How often, where somebody only wants to be told now and then. */
  static final Duration LATER = Duration.ofMillis(250);

  private final Set<Watch> watches = new HashSet<>();
  private final Thread thread = new Thread(this::run, "log-growth");
  private boolean closed;

  LogGrowth() {
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Calls with the new size whenever it differs from the one before.
   *
   * @param known the size the watcher knows of
   * @param often how long between two looks, at least
   */
  synchronized Watch watch(Path log, long known, Duration often, LongConsumer watcher) {
    Watch watch = new Watch(log, known, often, watcher);
    watches.add(watch);
    notifyAll();
    return watch;
  }

  private synchronized List<Watch> next() throws InterruptedException {
    while (watches.isEmpty() && !closed) {
      wait();
    }
    return closed ? List.of() : new ArrayList<>(watches);
  }

  private void run() {
    try {
      for (List<Watch> now = next(); !now.isEmpty(); now = next()) {
        long nanos = System.nanoTime();
        now.forEach(watch -> watch.look(nanos));
        Thread.sleep(SOON.toMillis());
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    thread.interrupt();
  }

  /** One log that is watched, until it is closed. */
  final class Watch implements AutoCloseable {
    private final Path log;
    private final Duration often;
    private final LongConsumer watcher;
    private long known;
    private long next = System.nanoTime();

    private Watch(Path log, long known, Duration often, LongConsumer watcher) {
      this.log = log;
      this.known = known;
      this.often = often;
      this.watcher = watcher;
    }

    private void look(long now) {
      if (now - next < 0) {
        return;
      }
      next = now + often.toNanos();
      long size = JobView.size(log);
      if (size != known) {
        known = size;
        watcher.accept(size);
      }
    }

    @Override
    public void close() {
      synchronized (LogGrowth.this) {
        watches.remove(this);
      }
    }
  }
}
