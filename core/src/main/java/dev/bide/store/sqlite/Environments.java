package dev.bide.store.sqlite;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lists of words and environments as bytes, each element followed by a NUL. Pure. */
final class Environments {
  private Environments() {}

  /**
   * The same bytes for the same environment, in whatever order it came.
   *
   * @throws IllegalArgumentException when a name is empty or holds {@code =}, or anything holds NUL
   */
  static byte[] encode(Map<String, String> environment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    Map<String, String> sorted =
        environment instanceof java.util.SortedMap ? environment : new TreeMap<>(environment);
    sorted.forEach(
        (name, value) -> {
          if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException("no name of a variable: '" + name + "'");
          }
          append(bytes, name, '=');
          append(bytes, value, '\0');
        });
    return bytes.toByteArray();
  }

  static byte[] encode(List<String> words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    words.forEach(word -> append(bytes, word, '\0'));
    return bytes.toByteArray();
  }

  static Map<String, String> decodeEnvironment(byte[] bytes) {
    Map<String, String> environment = new TreeMap<>();
    for (String pair : decodeWords(bytes)) {
      int equals = pair.indexOf('=');
      environment.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return Collections.unmodifiableMap(environment);
  }

  static List<String> decodeWords(byte[] bytes) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        words.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return words;
  }

  static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void append(ByteArrayOutputStream bytes, String text, char end) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL in '" + text.replace('\0', '?') + "'");
    }
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    bytes.write(end);
  }
}
