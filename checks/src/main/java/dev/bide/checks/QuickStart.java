package dev.bide.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the checks start a server that they start many times: from the jar as Maven has built it, and
 * with an archive of its classes, in two thirds of the time. The archive is made once for each jar
 * and kept beside the classes of the checks. Thread-safe, and safe among processes.
 */
public final class QuickStart {
  private static final String PREFIX = "archive-";

  private static @Nullable Path archive; // guarded by the class

  private QuickStart() {}

  /** Java with its options, as the product starts it. */
  static List<String> java() {
    List<String> words = new ArrayList<>(javaAndOptions());
    words.add("-XX:SharedArchiveFile=" + archive());
    return words;
  }

  /** The whole program; a verb is to be added. */
  public static List<String> program() {
    List<String> words = java();
    words.addAll(List.of("-jar", Ground.findJar().toString()));
    return words;
  }

  /** Words in the syntax of sh. */
  static String join(List<String> words) {
    return "'" + String.join("' '", words) + "'";
  }

  private static List<String> javaAndOptions() {
    return List.of(
        Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-Xshare:auto",
        "-Xlog:disable");
  }

  private static synchronized Path archive() {
    if (archive == null) {
      try {
        archive = findOrMake(Ground.findJar(), Ground.root().resolve("checks/target"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return archive;
  }

  private static Path findOrMake(Path jar, Path directory) throws IOException {
    // of this Java and this jar alone; with another one Java would not use it, and not say so
    String name =
        "%s%s-%d-%d.jsa"
            .formatted(
                PREFIX,
                Runtime.version(),
                Files.size(jar),
                Files.getLastModifiedTime(jar).toMillis());
    Path archive = directory.resolve(name);
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("archive.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new IOException("no lock in " + directory);
      }
      if (!Files.exists(archive)) {
        deleteOld(directory);
        make(jar, archive);
      }
    }
    return archive;
  }

  private static void deleteOld(Path directory) throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path path : old) {
        Files.delete(path);
      }
    }
  }

  private static void make(Path jar, Path archive) throws IOException {
    Path stage = Files.createTempDirectory("bide-rehearsal-");
    // cut short, it would end the servers that use it: Java maps it without looking
    Path unfinished = archive.resolveSibling("unfinished.jsa");
    Files.deleteIfExists(unfinished);
    List<String> words = new ArrayList<>(javaAndOptions());
    words.addAll(
        List.of(
            "-XX:ArchiveClassesAtExit=" + unfinished,
            "-jar",
            jar.toString(),
            "--rehearse",
            stage.toString()));
    try {
      Commands.Result rehearsal = Commands.result(words);
      if (rehearsal.code() != 0 || !Files.exists(unfinished)) {
        throw new IllegalStateException("no archive of classes was made: " + rehearsal);
      }
      Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
      Files.deleteIfExists(stage);
    }
  }
}
