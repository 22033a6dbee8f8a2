package dev.bide.engine.simulation;

import dev.bide.engine.simulation.StoreFaults.Fault;
import dev.bide.engine.simulation.StoreFaults.ServerKilled;
import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import dev.bide.store.Transaction;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A store in memory that keeps the contract: what is committed is apart from what is being changed,
 * and stays on its disk when the store is thrown away. Thread-safe, as the contract asks.
 */
final class ModelStore implements Store {
  private final ModelDisk disk;
  private final StoreFaults faults;
  private final int opening;
  private final ReentrantLock writer = new ReentrantLock();
  private volatile boolean closed;
  private volatile boolean broken;

  ModelStore(ModelDisk disk, StoreFaults faults) {
    faults.recovery();
    this.disk = disk;
    this.faults = faults;
    this.opening = disk.opened();
  }

  @Override
  public <T> T write(Function<Transaction, T> work) {
    if (writer.isHeldByCurrentThread()) {
      throw new IllegalStateException("a write inside a write");
    }
    writer.lock();
    try {
      checkWritable();
      if (broken) {
        throw StoreFaults.down("the store is down until it has recovered", false);
      }
      return transact(work);
    } finally {
      writer.unlock();
    }
  }

  private <T> T transact(Function<Transaction, T> work) {
    if (faults.strikes(Fault.REFUSED)) {
      throw breaks("the disk takes no transaction", false);
    }
    ModelTransaction transaction =
        new ModelTransaction(
            disk.state().copy(),
            () -> {
              try {
                faults.statement();
              } catch (dev.bide.store.StoreDown trouble) {
                broken = true;
                throw trouble;
              }
            });
    T result = work.apply(transaction);
    if (faults.strikes(Fault.KILLED_BEFORE)) {
      throw new ServerKilled("before the commit");
    }
    if (faults.strikes(Fault.COMMIT_FAILS)) {
      throw breaks("the commit failed", true);
    }
    disk.commit(transaction.state, transaction.writes());
    if (faults.strikes(Fault.KILLED_AFTER)) {
      throw new ServerKilled("after the commit");
    }
    if (faults.strikes(Fault.ANSWER_IS_LOST)) {
      throw breaks("the commit was not answered", true);
    }
    return result;
  }

  private RuntimeException breaks(String how, boolean outcomeUnknown) {
    broken = true;
    return StoreFaults.down(how, outcomeUnknown);
  }

  @Override
  public <T> T read(Function<Snapshot, T> query) {
    if (closed) {
      throw StoreFaults.down("the store is closed", false);
    }
    faults.read();
    return query.apply(new ModelSnapshot(disk.state()));
  }

  @Override
  public void recover() {
    checkWritable();
    faults.recovery();
    broken = false;
  }

  private void checkWritable() {
    if (closed) {
      throw StoreFaults.down("the store is closed", false);
    }
    if (disk.openings() != opening) {
      throw StoreFaults.down("another server has taken over this home", false);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
