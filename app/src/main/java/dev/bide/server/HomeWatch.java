package dev.bide.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Looks every few seconds whether the home is still the one that this server holds, and whether
 * what it is reached by is still there. On a thread of its own: the disk may hang.
 */
final class HomeWatch implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final FileIdentity lock;
  private final Runnable whileHeld;
  private final Runnable onLoss;
  private final Thread thread = new Thread(this::run, "home-watch");
  private volatile boolean closed;

  /**
   * Watches.
   *
   * @param lock the file that this server holds, and with it the home
   * @param whileHeld what is to be looked at while it is held
   * @param onLoss called once when the home is not ours any more
   */
  HomeWatch(Path lock, Runnable whileHeld, Runnable onLoss) throws IOException {
    this.lock = FileIdentity.of(lock);
    this.whileHeld = whileHeld;
    this.onLoss = onLoss;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      int lost = 0;
      while (!closed) {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
        lost = isLost() ? lost + 1 : 0;
        if (lost == 0) {
          whileHeld.run();
        } else if (lost == 2) { // once may be a home that is on its way elsewhere and back
          onLoss.run();
          return;
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** A disk that answers with errors, or late, has lost nothing. */
  private boolean isLost() {
    try {
      return !lock.isThere();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
