package dev.bide.checks.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * task-spooler: its queue is memory only, its output goes to files. Each waiting job is a process
 * of its own with a connection to its server, which holds at most about 1,000: so a round is
 * several fillings, each measured from the moment that its slots are let go.
 */
final class TaskSpooler implements Drain {
  private static final int MOST_WAITING = 500;

  private final Tree tree = new Tree("tsp");
  private final Path directory;
  private int fillings;

  TaskSpooler(Path parent) throws Exception {
    directory = Files.createDirectory(parent.resolve("tsp"));
    run("-S", Integer.toString(SLOTS));
  }

  static boolean installed() throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v tsp")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  @Override
  public String name() {
    return "task-spooler (keeps its queue in memory)";
  }

  @Override
  public Round round(int jobs) throws Exception {
    double seconds = 0;
    double cpu = 0;
    for (int rest = jobs; rest > 0; rest -= MOST_WAITING) {
      Round filling = filling(Math.min(rest, MOST_WAITING));
      seconds += filling.seconds();
      cpu += filling.cpuSeconds().orElse(0);
    }
    return new Round(
        jobs,
        seconds,
        tree.seconds().isPresent() ? OptionalDouble.of(cpu) : OptionalDouble.empty());
  }

  private Round filling(int jobs) throws Exception {
    Path gate = directory.resolve("gate-" + ++fillings);
    Path made = directory.resolve("made-" + fillings);
    for (int slot = 0; slot < SLOTS; slot++) {
      run("-n", "sh", "-c", "while [ ! -e " + gate + " ]; do sleep 0.01; done");
    }
    for (int index = 0; index < jobs; index++) {
      run("true");
    }
    OptionalDouble before = tree.seconds();
    long began = System.nanoTime();
    Files.createFile(gate);
    run("-n", "touch", made.toString()); // the last in the queue
    while (!Files.exists(made)) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
    Round round = Drain.since(tree, before, began, jobs);
    run("-C");
    return round;
  }

  private void run(String... arguments) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(tree.wrapper());
    words.add("tsp");
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "TMPDIR", directory.toString(),
                "TS_SOCKET", directory.resolve("socket").toString(),
                "TS_MAXFINISHED", "2000"));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("tsp " + List.of(arguments) + " does not end");
    }
  }

  @Override
  public void close() {
    try {
      run("-K");
      TimeUnit.MILLISECONDS.sleep(500);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    tree.close();
  }
}
