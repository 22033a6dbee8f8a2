package dev.bide.checks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that try to become more than text on a page: {@code hostile.txt}. */
public final class HostileTexts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern REPEATED = Pattern.compile("«(.+?)\\*([0-9]+)»");

  private HostileTexts() {}

  /** All of them. */
  public static List<String> all() {
    try (InputStream in = HostileTexts.class.getResourceAsStream("hostile.txt")) {
      if (in == null) {
        throw new IllegalStateException("hostile.txt is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("# "))
          .map(HostileTexts::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String line) {
    try {
      String text = JSON.readValue('"' + line.replace("\"", "\\\"") + '"', String.class);
      return REPEATED
          .matcher(text)
          .replaceAll(
              match ->
                  Matcher.quoteReplacement(
                      match.group(1).repeat(Integer.parseInt(match.group(2)))));
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
  }
}
