package dev.bide.engine;

import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import dev.bide.store.StoreDown;
import dev.bide.store.Transaction;
import java.util.function.Function;

/**
 * The real store, whose commits fail when the test says so, before or after they reach the disk.
 */
public final class FaultyStore implements Store {
  public enum Fault {
    NONE,
    LOST,
    KEPT_BUT_UNANSWERED
  }

  private final Store real;
  public volatile Fault next = Fault.NONE;
  boolean stillDown;

  public FaultyStore(Store real) {
    this.real = real;
  }

  @Override
  public <T> T write(Function<Transaction, T> work) {
    Fault fault = next;
    next = Fault.NONE;
    if (fault == Fault.LOST) {
      return real.write(
          transaction -> {
            var unused = work.apply(transaction);
            throw new StoreDown("the disk said no", true, null);
          });
    }
    T result = real.write(work);
    if (fault == Fault.KEPT_BUT_UNANSWERED) {
      throw new StoreDown("the disk said no", true, null);
    }
    return result;
  }

  @Override
  public <T> T read(Function<Snapshot, T> query) {
    return real.read(query);
  }

  @Override
  public void recover() {
    if (stillDown) {
      throw new StoreDown("the disk still says no", false, null);
    }
    real.recover();
  }

  @Override
  public void close() {
    real.close();
  }
}
