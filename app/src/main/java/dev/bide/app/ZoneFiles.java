package dev.bide.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the machine's time zones, by which a copy of one of them, such as the {@code
 * /etc/localtime} that a container is given, gets its name back.
 *
 * @param rules the directory with a file for each zone
 * @param ownName the file in which the machine may name its own zone
 */
record ZoneFiles(Path rules, Path ownName) {
  static ZoneFiles ofThisMachine() {
    return new ZoneFiles(Path.of("/usr/share/zoneinfo"), Path.of("/etc/timezone"));
  }

  /**
   * The zone with just these rules; of several with the same rules always the same one. Null where
   * there is none.
   */
  @Nullable ZoneId sameAs(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    for (String name : names()) {
      Path other = rules.resolve(name);
      if (Files.isRegularFile(other) && Files.mismatch(file, other) < 0) {
        return ZoneId.of(name);
      }
    }
    return null;
  }

  /** That of the machine first, then those of today's places, then all others that Java knows. */
  private List<String> names() {
    List<String> names = new ArrayList<>();
    names.addAll(lines(ownName).stream().map(String::strip).toList());
    names.add("UTC");
    lines(rules.resolve("zone1970.tab")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length > 2)
        .map(fields -> fields[2])
        .sorted()
        .forEach(names::add);
    ZoneId.getAvailableZoneIds().stream().sorted().forEach(names::add);
    names.removeIf(name -> !ZoneId.getAvailableZoneIds().contains(name));
    return names;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException | InvalidPathException none) {
      return List.of();
    }
  }
}
