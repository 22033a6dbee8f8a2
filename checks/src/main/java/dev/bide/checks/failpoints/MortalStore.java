package dev.bide.checks.failpoints;

import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import dev.bide.store.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A store at whose steps the server can die. */
final class MortalStore implements Store {
  private static final Map<String, Step> WRITTEN =
      Map.ofEntries(
          Map.entry("insert", Step.INSERT_WRITTEN),
          Map.entry("accept", Step.ACCEPT_WRITTEN),
          Map.entry("assign", Step.ASSIGN_WRITTEN),
          Map.entry("started", Step.STARTED_WRITTEN),
          Map.entry("stopping", Step.STOPPING_WRITTEN),
          Map.entry("finish", Step.FINISH_WRITTEN),
          Map.entry("end", Step.END_WRITTEN),
          Map.entry("retry", Step.RETRY_WRITTEN),
          Map.entry("remove", Step.REMOVE_WRITTEN),
          Map.entry("withdraw", Step.WITHDRAW_WRITTEN),
          Map.entry("plan", Step.PLAN_WRITTEN),
          Map.entry("decide", Step.DECIDE_WRITTEN),
          Map.entry("stand", Step.STAND_WRITTEN),
          Map.entry("tell", Step.TELL_WRITTEN),
          Map.entry("deliver", Step.DELIVER_WRITTEN),
          Map.entry("swept", Step.SWEPT_WRITTEN),
          Map.entry("logCut", Step.LOG_CUT_WRITTEN),
          Map.entry("shrink", Step.SHRINK_WRITTEN));
  private static final Map<Step, Step> COMMITTED = committed();

  /** What {@code shrink} answers where there was nothing to give back. */
  private static final Integer NOTHING = 0;

  private final Store store;
  private final Failpoints failpoints;

  MortalStore(Store store, Failpoints failpoints) {
    this.store = store;
    this.failpoints = failpoints;
    failpoints.pass(Step.STORE_OPENED);
  }

  /** {@code X_WRITTEN} is followed by {@code X_COMMITTED}, where there is one. */
  private static Map<Step, Step> committed() {
    Map<String, Step> steps = new HashMap<>();
    for (Step step : Step.values()) {
      steps.put(step.name(), step);
    }
    Map<Step, Step> committed = new EnumMap<>(Step.class);
    for (Step written : WRITTEN.values()) {
      Step after = steps.get(written.name().replace("_WRITTEN", "_COMMITTED"));
      if (after != null) {
        committed.put(written, after);
      }
    }
    return committed;
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
                if (step != null && !Boolean.FALSE.equals(result) && !NOTHING.equals(result)) {
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
