package dev.bide.cli;

import java.lang.reflect.Proxy;

/**
 * Ctrl+C. A hook that runs while the program ends, Java's own way, cannot tell it from a request to
 * end, and cannot ask a question whose answer is "go on". So this uses {@code sun.misc.Signal} of
 * the module jdk.unsupported, which JEP 260 keeps; by reflection, since the compiler has a warning
 * for that class that nothing turns off. Where it is missing, signals do what they always do.
 */
public final class Interrupts {
  private Interrupts() {}

  /** From now on Ctrl+C runs this, in a thread of its own, and does nothing else. */
  public static void onInterrupt(Runnable handler) {
    on("INT", handler);
  }

  /** The same for the polite request to end that a service manager sends. */
  public static void onTermination(Runnable handler) {
    on("TERM", handler);
  }

  private static void on(String name, Runnable handler) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handlers.getClassLoader(),
              new Class<?>[] {handlers},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  handler.run();
                  return null;
                }
                return method.getName().equals("hashCode")
                    ? (Object) System.identityHashCode(self)
                    : method.getName().equals("equals") ? arguments[0] == self : name;
              });
      Object signal = signals.getConstructor(String.class).newInstance(name);
      signals.getMethod("handle", signals, handlers).invoke(null, signal, proxy);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return;
    }
  }
}
