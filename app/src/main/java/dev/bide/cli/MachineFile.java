package dev.bide.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files in which the machine says how it is: of {@code /proc}, and settings. */
final class MachineFile {
  private MachineFile() {}

  /** What it holds, byte for byte as Latin-1; nothing where it cannot be read. */
  static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
