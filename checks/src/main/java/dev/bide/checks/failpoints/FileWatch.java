package dev.bide.checks.failpoints;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Passes the steps that show on the disk alone, as soon as they are seen: it looks at the run
 * directories of attempts without a pause while such a step is armed. Thread-safe.
 */
final class FileWatch {
  private static final long NEARLY_NO_PAUSE = Duration.ofNanos(20_000).toNanos();
  private static final long PAUSE = Duration.ofMillis(2).toNanos();

  private final Map<Step, Predicate<Path>> steps =
      Map.of(
          Step.DIRECTORY_THERE, Files::exists,
          Step.SCRIPT_THERE, path -> Files.exists(path.resolve("job")),
          Step.BLANK_EXIT_THERE, path -> Files.exists(path.resolve("exit")),
          Step.FENCE_THERE, path -> Files.exists(path.resolve("pid")),
          Step.PID_RECORDED, path -> !text(path.resolve("pid")).isEmpty(),
          Step.EXIT_RECORDED, FileWatch::hasExit,
          Step.FILES_REMOVED, path -> !Files.exists(path),
          Step.LOG_CUT_HALF, path -> Files.exists(path.resolve("log.cut")),
          Step.SOCKET_THERE, this::isNewSocket);

  private final Failpoints failpoints;

  /** What is looked at, with what was armed when it became worth looking at. */
  private final Map<Path, String> starting = new ConcurrentHashMap<>();

  private final Map<Path, String> running = new ConcurrentHashMap<>();
  private final Map<Path, String> going = new ConcurrentHashMap<>();

  /** Every attempt that this server knows: its log may be cut long after it has ended. */
  private final Map<Path, String> known = new ConcurrentHashMap<>();

  private final Map<Path, String> opening = new ConcurrentHashMap<>();

  /** What the server before may have left. */
  private final String staleSocket;

  FileWatch(Failpoints failpoints, Path home) {
    this.failpoints = failpoints;
    Path socket = home.resolve("sock");
    staleSocket = madeAt(socket);
    opening.put(socket, failpoints.armed());
    Thread thread = new Thread(this::watch, "file-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** An attempt is about to start. */
  void starts(Path directory) {
    String armed = failpoints.armed();
    starting.put(directory, armed);
    running.put(directory, armed);
    known.put(directory, armed);
  }

  /** An attempt that another server has started. */
  void adopts(Path directory) {
    if (!hasExit(directory)) {
      running.put(directory, failpoints.armed());
    }
    known.put(directory, failpoints.armed());
  }

  /** The files of a job are about to be removed. */
  void removes(Path directory) {
    going.put(directory, failpoints.armed());
  }

  private void watch() {
    while (true) {
      String armed = failpoints.armed();
      boolean ours = false;
      for (Map.Entry<Step, Predicate<Path>> step : steps.entrySet()) {
        if (Failpoints.means(armed, step.getKey())) {
          ours = true;
          look(armed, step.getKey(), step.getValue());
        }
      }
      LockSupport.parkNanos(ours ? NEARLY_NO_PAUSE : PAUSE);
    }
  }

  private void look(String armed, Step step, Predicate<Path> there) {
    Map<Path, String> where =
        switch (step) {
          case EXIT_RECORDED -> running;
          case FILES_REMOVED -> going;
          case LOG_CUT_HALF -> known;
          case SOCKET_THERE -> opening;
          default -> starting;
        };
    where.forEach(
        (directory, since) -> {
          if (since.equals(armed) && there.test(directory)) {
            where.remove(directory);
            failpoints.pass(step);
          }
        });
  }

  private boolean isNewSocket(Path socket) {
    String now = madeAt(socket);
    return !now.isEmpty() && !now.equals(staleSocket);
  }

  private static String madeAt(Path socket) {
    try {
      return Files.getLastModifiedTime(socket).toString();
    } catch (IOException notThere) {
      return "";
    }
  }

  private static boolean hasExit(Path directory) {
    return !text(directory.resolve("exit")).isBlank();
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException notYetThereOrGone) {
      return "";
    }
  }
}
