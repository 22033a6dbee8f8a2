package dev.bide.checks.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Bide's launcher script alone: run directories prepared beforehand, no database, and a driver that
 * only hands out lines. What the server adds is the difference to it.
 */
final class LauncherDrain implements Drain {
  private final Tree tree = new Tree("launcher");
  private final Path runs;
  private final Path script;
  private final byte[] job;
  private int prepared;

  /**
   * @param job the text of a job script as Bide wrote it
   */
  LauncherDrain(Path directory, byte[] job) throws IOException {
    this.job = job.clone();
    this.runs = Files.createDirectory(directory.resolve("launcher-runs"));
    this.script = directory.resolve("launcher.sh");
    String resource = "/dev/bide/runner/process/launcher.sh";
    try (var in = LauncherDrain.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      Files.copy(in, script);
    }
  }

  @Override
  public String name() {
    return "Bide's launcher script alone";
  }

  @Override
  public Round round(int jobs) throws Exception {
    ConcurrentLinkedQueue<String> waiting = prepare(jobs);
    ExecutorService slots = Executors.newFixedThreadPool(SLOTS);
    OptionalDouble before = tree.seconds();
    long began = System.nanoTime();
    List<Callable<Void>> all = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      all.add(() -> slot(waiting));
    }
    for (var one : slots.invokeAll(all)) {
      one.get();
    }
    Round round = Drain.since(tree, before, began, jobs);
    slots.shutdown();
    return round;
  }

  private ConcurrentLinkedQueue<String> prepare(int jobs) throws IOException {
    ConcurrentLinkedQueue<String> waiting = new ConcurrentLinkedQueue<>();
    for (int index = 0; index < jobs; index++) {
      String name = ++prepared + "-00000000/1";
      Path directory = Files.createDirectories(runs.resolve(name));
      Files.write(directory.resolve("job"), job);
      Files.createFile(directory.resolve("log"));
      Files.writeString(directory.resolve("exit"), " ".repeat(64));
      waiting.add(name);
    }
    return waiting;
  }

  private @Nullable Void slot(ConcurrentLinkedQueue<String> waiting) throws Exception {
    List<String> words = new ArrayList<>(tree.wrapper());
    words.addAll(List.of("env", "--default-signal", "setsid", "sh", script.toString()));
    ProcessBuilder builder = new ProcessBuilder(words).directory(runs.toFile());
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    Process launcher = builder.start();
    try (OutputStream lines = launcher.getOutputStream();
        BufferedReader told = launcher.inputReader(UTF_8)) {
      String name;
      while ((name = waiting.poll()) != null) {
        lines.write((name + "\n").getBytes(UTF_8));
        lines.flush();
        String line = told.readLine();
        while (!(name + " 0").equals(line)) {
          if (line == null || !line.startsWith(name + " started ")) {
            throw new IllegalStateException("the launcher says " + line);
          }
          line = told.readLine();
        }
      }
    }
    launcher.waitFor();
    return null;
  }

  @Override
  public void close() {
    tree.close();
  }
}
