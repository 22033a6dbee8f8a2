package dev.bide.checks.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The CPU time of a process and all that it ever starts, children that outlive it included: by a
 * control group (version 1, cpuacct), where one can be made; else it is not known.
 */
final class Tree implements AutoCloseable {
  private final @Nullable Path group;

  Tree(String name) {
    Path made =
        Path.of("/sys/fs/cgroup/cpuacct/bide-" + name + "-" + ProcessHandle.current().pid());
    Path usable;
    try {
      usable = Files.createDirectory(made);
    } catch (IOException e) {
      usable = null;
    }
    group = usable;
  }

  /** Words that put the words after them into the tree. */
  List<String> wrapper() {
    return group == null
        ? List.of()
        : List.of("sh", "-c", "echo $$ >" + group + "/cgroup.procs; exec \"$@\"", "sh");
  }

  /** CPU seconds used until now. */
  OptionalDouble seconds() {
    if (group == null) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(
          Long.parseLong(Files.readString(group.resolve("cpuacct.usage")).strip()) / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (group != null) {
        Files.deleteIfExists(group);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
