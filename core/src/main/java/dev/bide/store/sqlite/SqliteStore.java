package dev.bide.store.sqlite;

import dev.bide.store.Home;
import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import dev.bide.store.StoreDown;
import dev.bide.store.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything Bide remembers, in one SQLite file with a write-ahead log: one connection writes and
 * waits for the disk at each commit, a few others read. Safe from any thread.
 *
 * <p>Nothing else in the process may open the file, not even to read it: when that is closed again,
 * the locks of the store are gone (sqlite.org/howtocorrupt.html, 2.2).
 */
public final class SqliteStore implements Store {
  /** Reading is short and there are seldom more cores to do it with. */
  private static final int READERS = 4;

  private final Path file;
  private final String incarnation = UUID.randomUUID().toString();
  private final Readers readers;
  private final boolean unclean;
  private final ReentrantLock writing = new ReentrantLock();

  // guarded by writing
  private final LastEnvironment lastEnvironment = new LastEnvironment();
  private Session writer;
  private OpenFiles files;
  private @Nullable StoreDown down;
  private boolean closed;

  /** What was found wrong with the file: nothing is written into it any more. */
  private @Nullable StoreDown damage;

  private @Nullable DamageCheck check;

  private SqliteStore(Path file, Session writer, boolean unclean) {
    this.file = file;
    this.writer = writer;
    this.unclean = unclean;
    this.files = new OpenFiles(file);
    this.readers = new Readers(file, READERS);
  }

  /**
   * Opens the file, or makes it, readable by its owner only, with {@code lib} beside it; brings its
   * tables up to date, and takes it over from any server that may still have it open.
   *
   * @throws StoreDown when it is out of reach, damaged, not Bide's, or of a newer version
   */
  public static SqliteStore open(Path file) {
    Path journal = file.resolveSibling(file.getFileName() + "-wal");
    boolean unclean = isFilled(journal);
    try {
      Home.createPrivateFile(file);
    } catch (IOException e) {
      throw new StoreDown(file + " cannot be made: " + e.getMessage(), false, e);
    }
    NativeLibrary.place(file.resolveSibling("lib"));
    Trouble.loadAhead(file);
    Session session = Session.writer(file);
    boolean done = false;
    try {
      Migrations migrations = new Migrations();
      migrations.apply(file, session);
      // What a server left that was killed may be in the page cache only: on disk first, then
      // ready.
      session.checkpoint();
      SqliteStore store = new SqliteStore(file, session, unclean);
      session.beginWriting();
      session.update("update incarnation set id = ?", store.incarnation);
      session.commit();
      done = true;
      if (unclean) {
        store.check = new DamageCheck(file, store::refuseAsDamaged);
      }
      return store;
    } finally {
      if (!done) {
        session.close();
      }
    }
  }

  private static boolean isFilled(Path journal) {
    try {
      return Files.size(journal) > 0;
    } catch (IOException e) {
      // Mostly: there is none. If it is there and cannot be read, opening the file will say so.
      return false;
    }
  }

  /** True when the server before this one did not close the file: it is read in the background. */
  public boolean stoppedUncleanly() {
    return unclean;
  }

  private void refuseAsDamaged(String what) {
    writing.lock();
    try {
      damage = new StoreDown(file + " is damaged (" + what + ")" + Trouble.GOOD_COPY, false, null);
      down = damage;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public <T> T write(Function<Transaction, T> work) {
    if (writing.isHeldByCurrentThread()) {
      throw new IllegalStateException("a write inside a write");
    }
    writing.lock();
    try {
      refuseWhenClosed();
      if (down != null) {
        throw new StoreDown(String.valueOf(down.getMessage()), false, down);
      }
      try {
        return inTransaction(work);
      } catch (StoreDown e) {
        down = e;
        throw e;
      }
    } finally {
      writing.unlock();
    }
  }

  private <T> T inTransaction(Function<Transaction, T> work) {
    writer.beginWriting();
    boolean done = false;
    try {
      files.refuseOtherDatabase();
      files.refuseOtherJournal();
      refuseWhenTakenOver();
      T result = work.apply(new SqliteTransaction(writer, lastEnvironment));
      writer.commit();
      done = true;
      return result;
    } finally {
      if (!done) {
        lastEnvironment.forget();
        writer.rollback();
      }
    }
  }

  @Override
  public <T> T read(Function<Snapshot, T> query) {
    Session session = readers.take();
    boolean whole = false;
    try {
      session.beginReading();
      T result;
      try {
        result = query.apply(new SqliteSnapshot(session));
        whole = true;
      } catch (StoreDown e) {
        throw e;
      } catch (RuntimeException | Error e) {
        whole = true;
        throw e;
      } finally {
        session.rollback();
      }
      return result;
    } finally {
      if (whole) {
        readers.giveBack(session);
      } else {
        readers.discard(session);
      }
    }
  }

  @Override
  public void recover() {
    writing.lock();
    try {
      refuseWhenClosed();
      if (damage != null) {
        throw damage;
      }
      writer.rollback();
      // opened with this journal, another database would be given what belongs to the one before
      files.refuseOtherDatabase();
      if (!files.journalIsSame()) {
        // what it holds is within reach of this connection only: into the database with it
        writer.checkpoint();
      }
      // The new one first: when the last connection closes, SQLite writes things of its own.
      Session fresh = Session.writer(file);
      writer.close();
      writer = fresh;
      try {
        // Frames of a failed commit may lie behind the valid end of the log. A check point makes
        // the valid ones durable and empties it, so that no later reader finds the others.
        writer.checkpoint();
        if (!files.journalIsSame()) {
          files = new OpenFiles(file);
        }
        inTransaction(
            transaction -> writer.update("update incarnation set recoveries = recoveries + 1"));
      } catch (StoreDown e) {
        down = e;
        throw e;
      }
      down = null;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Reads the whole file and answers what is wrong with it; empty when nothing is. Takes seconds
   * for a million jobs and delays nobody.
   *
   * @throws StoreDown when it cannot be read
   */
  public List<String> problems() {
    try (Session session = Session.reader(file)) {
      return DamageCheck.problems(session);
    }
  }

  /**
   * Copies it as of one moment, on a connection of its own that delays nobody.
   *
   * @param into an empty file that only its owner may read; its content is not yet synced
   * @throws StoreDown when it cannot be read, or the other not be written
   */
  public void copy(Path into) {
    refuseCopyWhenClosed();
    try (Session session = Session.copier(file)) {
      session.copyInto(into);
    }
  }

  private void refuseCopyWhenClosed() {
    writing.lock();
    try {
      refuseWhenClosed();
    } finally {
      writing.unlock();
    }
  }

  private void refuseWhenTakenOver() {
    if (!writer.exists("select 1 from incarnation where id = ?", incarnation)) {
      throw new StoreDown(
          "another server has taken over this home: " + file + " is written by it now",
          false,
          null);
    }
  }

  private void refuseWhenClosed() {
    if (closed) {
      throw new StoreDown(file + " is closed: the server is stopping", false, null);
    }
  }

  @Override
  public void close() {
    DamageCheck running = check;
    if (running != null) {
      running.close();
    }
    readers.close();
    writing.lock();
    try {
      if (!closed) {
        closed = true;
        // The last to close empties the write-ahead log and deletes it.
        writer.close();
      }
    } finally {
      writing.unlock();
    }
  }
}
