package dev.bide.checks.bench;

import dev.bide.checks.Ground;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** From the start of the process to the first good answer, with and without the class archive. */
final class StartUp implements AutoCloseable {
  private final Ground ground;

  StartUp(Path directory) throws Exception {
    ground = new Ground(directory);
    ground.serve(); // the first start makes the archive by itself, in the background
    for (int tries = 0; tries < 600 && !archived(); tries++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    ground.server().close();
    ground.wrap(List.of()); // from now on its copy is started with the archive
  }

  private boolean archived() throws Exception {
    try (Stream<Path> files = Files.list(ground.home().resolve("lib"))) {
      return files.anyMatch(
          file ->
              file.getFileName().toString().startsWith("bide-")
                  && file.getFileName().toString().endsWith(".jsa"));
    }
  }

  /** Seconds. */
  double seconds(boolean withArchive) throws Exception {
    if (withArchive && !archived()) {
      throw new IllegalStateException("the first server made no archive in a minute");
    }
    ground.useArchive(withArchive);
    long began = System.nanoTime();
    ground.serve();
    double seconds = (System.nanoTime() - began) / 1e9;
    ground.server().signal("TERM");
    ground.server().awaitEnd();
    return seconds;
  }

  @Override
  public void close() {
    ground.close();
  }
}
