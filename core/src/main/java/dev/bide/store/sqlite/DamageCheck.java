package dev.bide.store.sqlite;

import dev.bide.store.StoreDown;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a whole file in the background and tells what is wrong with it: due when the server before
 * did not stop by itself. Takes seconds for a million jobs, on a connection of its own that delays
 * nobody. Thread-safe.
 */
final class DamageCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DamageCheck.class);

  private static final Duration ENDING = Duration.ofSeconds(5);

  private final Path file;
  private final Consumer<String> damaged;
  private final Thread thread = new Thread(this::check, "bide-check");
  private @Nullable Session session; // guarded by this; null: not reading
  private boolean closed; // guarded by this

  /**
   * Starts reading.
   *
   * @param damaged told the first thing that is wrong, if anything is
   */
  DamageCheck(Path file, Consumer<String> damaged) {
    this.file = file;
    this.damaged = damaged;
    thread.setDaemon(true);
    thread.start();
  }

  /** What is wrong with the file behind a session; empty when nothing is. */
  static List<String> problems(Session session) {
    return check(session, "pragma quick_check");
  }

  /** The same, and whether every index agrees with its table. */
  static List<String> allProblems(Session session) {
    return check(session, "pragma integrity_check");
  }

  private static List<String> check(Session session, String pragma) {
    try {
      return session.list(pragma, row -> row.getString(1)).stream()
          .filter(line -> !line.equals("ok"))
          .toList();
    } catch (StoreDown e) {
      String damage = Trouble.damage(e);
      if (damage == null) {
        throw e;
      }
      return List.of(damage); // some damages end the check itself
    }
  }

  private void check() {
    try (Session mine = Session.reader(file)) {
      if (!begin(mine)) {
        return;
      }
      try {
        List<String> problems = problems(mine);
        if (!problems.isEmpty()) {
          damaged.accept(problems.get(0));
        }
      } finally {
        end();
      }
    } catch (StoreDown e) {
      // cut off by a stop, or out of reach: then whoever writes is told
      LOG.info("{} was not read to its end: {}", file, e.getMessage());
    }
  }

  private synchronized boolean begin(Session mine) {
    session = mine;
    return !closed;
  }

  private synchronized void end() {
    session = null;
  }

  private synchronized void interrupt() {
    closed = true;
    if (session != null) {
      session.interrupt();
    }
  }

  /** Cuts it off. */
  @Override
  public void close() {
    interrupt();
    try {
      thread.join(ENDING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
