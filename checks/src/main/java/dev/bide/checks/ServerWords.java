package dev.bide.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How the checks start a server that they start many times: as quickly as can be. */
final class ServerWords {
  private ServerWords() {}

  /** Java, as the product starts it, with an archive of classes; in the syntax of sh. */
  static String java(Path archive) {
    return "'"
        + program()
        + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto -Xlog:disable"
        + " '-XX:SharedArchiveFile="
        + archive
        + "'";
  }

  /** Makes the archive of classes for a jar, in a directory that is there. */
  static void makeArchive(Path jar, Path archive) throws IOException {
    Path stage = Files.createTempDirectory(archive.getParent(), "rehearsal-");
    Commands.Result rehearsal =
        Commands.result(
            List.of(
                program(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "-XX:ArchiveClassesAtExit=" + archive,
                "-jar",
                jar.toString(),
                "--rehearse",
                stage.toString()));
    Files.deleteIfExists(stage);
    if (rehearsal.code() != 0 || !Files.exists(archive)) {
      throw new IllegalStateException("no archive of classes was made: " + rehearsal);
    }
  }

  private static String program() {
    return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
  }
}
