package dev.bide.server;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

/** A queue whose store is the real one but for what a test does around each write. */
final class WatchedWrites {
  private WatchedWrites() {}

  /** What becomes of a write. */
  interface Around {
    Object write(Callable<Object> real) throws Exception;
  }

  static Bide open(BideConfig config, Around around) {
    return Bide.open(config, real -> watched(real, around), UnaryOperator.identity());
  }

  private static Store watched(Store real, Around around) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              Callable<Object> call =
                  () -> {
                    try {
                      return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                      throw e.getCause() instanceof Exception known ? known : e;
                    }
                  };
              return method.getName().equals("write") ? around.write(call) : call.call();
            });
  }
}
