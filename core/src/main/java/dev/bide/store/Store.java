package dev.bide.store;

import java.util.function.Function;

/**
 * Everything Bide remembers; records decisions, makes none; the only room with SQL. Reads are safe
 * from any thread; writes come from one thread at a time, and a second one waits.
 */
public interface Store extends AutoCloseable {
  /**
   * Runs the work in one transaction and returns once it is on disk; if the work throws, nothing
   * happened and its exception is passed on.
   *
   * @throws StoreDown when the store cannot do it; after that every write is refused until {@link
   *     #recover} succeeds
   */
  <T> T write(Function<Transaction, T> work);

  /**
   * Runs the query on one consistent snapshot that neither waits for nor delays the writer. The
   * snapshot is gone when the query returns: nothing lazy may leave it.
   *
   * @throws StoreDown when the store cannot be read
   */
  <T> T read(Function<Snapshot, T> query);

  /**
   * After a {@link StoreDown}: makes sure that what is on disk is whole and can be written again.
   *
   * @throws StoreDown when it still cannot
   */
  void recover();

  /** Ends it; running queries are allowed to finish. */
  @Override
  void close();
}
