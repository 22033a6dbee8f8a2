package dev.bide.store.sqlite;

import dev.bide.store.StoreDown;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/** The connections that read: at most so many, made when first needed. Safe from any thread. */
final class Readers {
  private final Path file;
  private final int most;
  private final Semaphore free;
  private final Deque<Session> idle = new ArrayDeque<>();
  private boolean closed;

  Readers(Path file, int most) {
    this.file = file;
    this.most = most;
    this.free = new Semaphore(most, true);
  }

  /** Waits for a connection; give it back with {@link #giveBack} or {@link #discard}. */
  Session take() {
    free.acquireUninterruptibly();
    boolean taken = false;
    try {
      Session session;
      synchronized (this) {
        if (closed) {
          throw new StoreDown(file + " is closed: the server is stopping", false, null);
        }
        session = idle.poll();
      }
      if (session == null) {
        session = Session.reader(file);
      }
      taken = true;
      return session;
    } finally {
      if (!taken) {
        free.release();
      }
    }
  }

  void giveBack(Session session) {
    synchronized (this) {
      // The one used last has the warmest cache.
      idle.push(session);
    }
    free.release();
  }

  /** For one that failed: the next to ask gets a new one. */
  void discard(Session session) {
    session.close();
    free.release();
  }

  /** Waits for those that read and lets nobody in any more. */
  void close() {
    free.acquireUninterruptibly(most);
    synchronized (this) {
      closed = true;
      idle.forEach(Session::close);
      idle.clear();
    }
    free.release(most);
  }
}
