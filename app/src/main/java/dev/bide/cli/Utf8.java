package dev.bide.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes of the operating system as text, strictly: what is no UTF-8 is never guessed. Pure. */
final class Utf8 {
  private Utf8() {}

  /** The text, or null when the bytes are no UTF-8. */
  static @Nullable String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The number of the first line that is no UTF-8. */
  static int firstBadLine(byte[] bytes) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        if (decode(java.util.Arrays.copyOfRange(bytes, start, i)) == null) {
          return line;
        }
        line++;
        start = i + 1;
      }
    }
    return line;
  }

  /** With a mark in the place of what is no UTF-8; for messages only. */
  static String show(byte[] bytes) {
    return Text.visible(new String(bytes, StandardCharsets.UTF_8));
  }

  /** The parts that a NUL byte ends, as the kernel lists arguments and variables. */
  static List<byte[]> parts(byte[] bytes) {
    List<byte[]> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        parts.add(java.util.Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    if (start < bytes.length) {
      parts.add(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
    }
    return parts;
  }
}
