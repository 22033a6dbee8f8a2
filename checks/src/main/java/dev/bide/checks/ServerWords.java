package dev.bide.checks;

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

  /** Makes the archive of classes for a jar, or nothing where that does not work. */
  static void makeArchive(Path jar, Path archive) {
    Commands.run(
        List.of(
            program(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:disable",
            "-XX:ArchiveClassesAtExit=" + archive,
            "-jar",
            jar.toString(),
            "--rehearse"));
  }

  private static String program() {
    return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
  }
}
