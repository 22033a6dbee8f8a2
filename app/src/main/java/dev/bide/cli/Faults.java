package dev.bide.cli;

/** What nobody foresaw, and what no program can go on without, in one line for who typed it. */
public final class Faults {
  private Faults() {}

  /** What is wrong, and what to do about it. */
  public static String inWords(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      String what = String.valueOf(thrown.getMessage());
      return what.contains("thread")
          ? "no more threads can be made here: end something, or raise the limit (ulimit -u, that of"
              + " the container), and try again"
          : "out of memory ("
              + Text.visible(what)
              + "): end something, or raise the limit, and try again";
    }
    return "a fault of Bide's own: " + Text.visible(String.valueOf(thrown));
  }

  /** True where Bide is not to blame, so that nobody needs to hear of it. */
  static boolean isOfTheMachine(Throwable thrown) {
    return thrown instanceof OutOfMemoryError;
  }
}
