package dev.bide.runner.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One running launcher: it is told a run directory, runs the attempt in it, and is ready for
 * another. At most one line is on its way to it, so writing never blocks. Its owner is the {@link
 * LauncherPool}.
 */
final class Launcher {
  private final Process process;
  private final OutputStream input;
  private final @Nullable Path group;
  private long idleSinceNanos;

  /**
   * @param group the control group it is in, and what it runs; null when there is none
   */
  Launcher(Process process, @Nullable Path group) {
    this.process = process;
    this.group = group;
    this.input = process.getOutputStream();
  }

  Process process() {
    return process;
  }

  @Nullable Path group() {
    return group;
  }

  /** Tells it to run the attempt in this directory. */
  void send(String name) throws IOException {
    input.write((name + "\n").getBytes(StandardCharsets.UTF_8));
    input.flush();
  }

  void idleSince(long nanos) {
    idleSinceNanos = nanos;
  }

  long idleSince() {
    return idleSinceNanos;
  }

  /** Tells it that nobody will send any more: it leaves as soon as it has nothing to wait for. */
  void release() {
    try {
      input.close();
    } catch (IOException e) {
      // it is gone already
    }
  }
}
