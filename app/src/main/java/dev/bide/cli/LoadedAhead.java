package dev.bide.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;

/**
 * Java reads a class from its file when it is first needed. Who waits for a job of days may find
 * another program in that file by then, and would end in a stack trace instead of the job's exit
 * code; so the classes of the command line are loaded while it waits.
 */
public final class LoadedAhead {
  private static final List<String> OF_A_VERB = List.of("dev/bide/cli/", "dev/bide/api/");

  private static final List<String> OF_A_SERVER =
      List.of(
          "dev/bide/engine/",
          "dev/bide/job/",
          "dev/bide/log/",
          "dev/bide/queue/",
          "dev/bide/runner/",
          "dev/bide/server/",
          "dev/bide/store/");

  /** Who waits no longer than this need not load anything. */
  private static final long SHORT_WAIT_SECONDS = 1;

  private LoadedAhead() {}

  /** To be called when a wait begins; returns at once. */
  static void soon() {
    try {
      CompletableFuture.delayedExecutor(SHORT_WAIT_SECONDS, TimeUnit.SECONDS)
          .execute(() -> load(OF_A_VERB));
    } catch (OutOfMemoryError e) {
      return; // no thread to be had (ulimit -u): the wait needs none
    }
  }

  /**
   * To be called before a server starts; returns when all are loaded. Its program is in the home:
   * when that disk is gone it must still be able to refuse and to say why.
   */
  public static void forAServer() {
    load(OF_A_SERVER);
  }

  /** Best effort: what cannot be loaded now is as it would be without. */
  private static void load(List<String> packages) {
    CodeSource source = LoadedAhead.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return;
    }
    try {
      Path file = Path.of(source.getLocation().toURI());
      if (!Files.isRegularFile(file)) {
        return;
      }
      try (JarFile jar = new JarFile(file.toFile())) {
        jar.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class") && packages.stream().anyMatch(name::startsWith))
            .forEach(LoadedAhead::load);
      }
    } catch (IOException | URISyntaxException | RuntimeException e) {
      return;
    }
  }

  private static void load(String entry) {
    String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
    try {
      Class.forName(name, false, LoadedAhead.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return;
    }
  }
}
