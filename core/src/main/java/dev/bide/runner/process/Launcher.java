package dev.bide.runner.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One running launcher: it is told a run directory, runs the attempt in it, and is ready for
 * another. At most one line is on its way to it, so writing never blocks. Its owner is the {@link
 * LauncherPool}.
 */
final class Launcher {
  private final Process process;
  private final OutputStream input;
  private long idleSinceNanos;

  Launcher(Process process) {
    this.process = process;
    this.input = process.getOutputStream();
  }

  Process process() {
    return process;
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
