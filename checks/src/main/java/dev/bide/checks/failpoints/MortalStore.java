package dev.bide.checks.failpoints;

import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import dev.bide.store.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A store at whose steps the server can die. */
final class MortalStore implements Store {
  private static final Map<String, Step> WRITTEN =
      Map.of(
          "insert", Step.INSERT_WRITTEN,
          "accept", Step.ACCEPT_WRITTEN,
          "assign", Step.ASSIGN_WRITTEN,
          "started", Step.STARTED_WRITTEN,
          "stopping", Step.STOPPING_WRITTEN,
          "finish", Step.FINISH_WRITTEN,
          "end", Step.END_WRITTEN,
          "retry", Step.RETRY_WRITTEN,
          "remove", Step.REMOVE_WRITTEN,
          "withdraw", Step.WITHDRAW_WRITTEN);
  private static final Map<Step, Step> COMMITTED =
      Map.of(
          Step.INSERT_WRITTEN, Step.INSERT_COMMITTED,
          Step.ASSIGN_WRITTEN, Step.ASSIGN_COMMITTED,
          Step.STARTED_WRITTEN, Step.STARTED_COMMITTED,
          Step.STOPPING_WRITTEN, Step.STOPPING_COMMITTED,
          Step.FINISH_WRITTEN, Step.FINISH_COMMITTED,
          Step.END_WRITTEN, Step.END_COMMITTED,
          Step.RETRY_WRITTEN, Step.RETRY_COMMITTED,
          Step.REMOVE_WRITTEN, Step.REMOVE_COMMITTED,
          Step.WITHDRAW_WRITTEN, Step.WITHDRAW_COMMITTED);

  private final Store store;
  private final Failpoints failpoints;

  MortalStore(Store store, Failpoints failpoints) {
    this.store = store;
    this.failpoints = failpoints;
    failpoints.pass(Step.STORE_OPENED);
  }

  @Override
  public <T> T write(Function<Transaction, T> work) {
    failpoints.pass(Step.BEGINNING);
    Set<Step> written = EnumSet.noneOf(Step.class);
    T result = store.write(transaction -> work.apply(watched(transaction, written)));
    for (Step step : written) {
      Step committed = COMMITTED.get(step);
      if (committed != null) {
        failpoints.pass(committed);
      }
    }
    return result;
  }

  /** A proxy: what the contract gets more of is passed on without a line here. */
  private Transaction watched(Transaction transaction, Set<Step> written) {
    return (Transaction)
        Proxy.newProxyInstance(
            Transaction.class.getClassLoader(),
            new Class<?>[] {Transaction.class},
            (self, method, arguments) -> {
              try {
                Object result = method.invoke(transaction, arguments);
                Step step = WRITTEN.get(method.getName());
                if (step != null && !Boolean.FALSE.equals(result)) {
                  written.add(step);
                  failpoints.pass(step);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public <T> T read(Function<Snapshot, T> query) {
    return store.read(query);
  }

  @Override
  public void recover() {
    store.recover();
  }

  @Override
  public void close() {
    failpoints.pass(Step.STORE_CLOSING);
    store.close();
    failpoints.pass(Step.STORE_CLOSED);
  }
}
