package dev.bide.checks.failpoints;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Ends this program at once when it has passed a step often enough. Which one says a file, so that
 * a server can be armed while it runs. Thread-safe.
 */
public final class Failpoints {
  /** The exit code by which a server says that it died at the step. */
  public static final int HALTED = 93;

  private final Path file;
  private String counted = ""; // guarded by this
  private int passings; // guarded by this

  Failpoints(Path file) {
    this.file = file;
  }

  /**
   * Arms whichever server looks into this file, in the place of what was armed before.
   *
   * @param nth at which passing from now on; 1 for the first
   */
  public static void arm(Path file, Step step, int nth) {
    try {
      Path whole = file.resolveSibling(file.getFileName() + ".new");
      // the last word only makes it another text than that of an equal arming before
      Files.writeString(whole, step + " " + nth + " " + System.nanoTime());
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No server dies any more. */
  public static void disarm(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is armed now, as text that differs from that of every other arming; empty: nothing. */
  String armed() {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this step is what is armed. */
  static boolean means(String armed, Step step) {
    return armed.startsWith(step + " ");
  }

  /** The server passes this step, and perhaps no further. */
  void pass(Step step) {
    String armed = armed();
    if (means(armed, step) && isEnough(armed)) {
      Runtime.getRuntime().halt(HALTED);
    }
  }

  private synchronized boolean isEnough(String armed) {
    if (!counted.equals(armed)) {
      counted = armed;
      passings = 0;
    }
    passings++;
    return passings >= Integer.parseInt(armed.split(" ", 3)[1]);
  }
}
