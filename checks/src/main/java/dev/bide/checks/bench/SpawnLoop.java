package dev.bide.checks.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The floor: a loop around {@code posix_spawn} in C, that keeps no log and no exit code. */
final class SpawnLoop implements Drain {
  private final Tree tree = new Tree("spawn");
  private final Path program;

  SpawnLoop(Path directory) throws Exception {
    program = Drain.compiled(directory, "spawn");
  }

  @Override
  public String name() {
    return "C, a posix_spawn loop (keeps nothing)";
  }

  @Override
  public Round round(int jobs) throws Exception {
    List<String> words = new ArrayList<>(tree.wrapper());
    words.addAll(List.of(program.toString(), Integer.toString(jobs), Integer.toString(SLOTS)));
    return Drain.ofProcess(tree, new ProcessBuilder(words), jobs);
  }

  @Override
  public void close() {
    tree.close();
  }
}
