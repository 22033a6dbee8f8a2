package dev.bide.checks.clone;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether a terminal shows what a page says it does: times, uuids, processes and the like differ
 * from run to run; {@code …} stands for the rest of a line, or alone on one for any lines.
 */
final class Likeness {
  private static final Map<Pattern, String> VARYING =
      Map.of(
          Pattern.compile("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b"),
          "UUID",
          Pattern.compile("/runs/(\\d+)-[0-9a-f]{8}/"),
          "/runs/$1-UUID8/",
          Pattern.compile("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z"),
          "INSTANT",
          Pattern.compile("\\b\\d\\d:\\d\\d:\\d\\d\\b"),
          "CLOCK",
          Pattern.compile("\\b\\d+(\\.\\d+)? (ms|s|min|h)\\b( \\d+ (s|min)\\b)?"),
          "TIME",
          Pattern.compile("code=[A-Za-z0-9_-]+"),
          "code=CODE",
          Pattern.compile("\\b127\\.0\\.0\\.1:\\d+"),
          "127.0.0.1:PORT",
          Pattern.compile("process +\\d+"),
          "process PID");

  private Likeness() {}

  /** True when they are alike. */
  static boolean alike(List<String> page, List<String> terminal, Path home) {
    String pattern =
        page.stream()
            .map(line -> simple(line, home))
            .map(line -> line.equals("…") ? "(.*\n)*?" : words(line) + "\n")
            .collect(Collectors.joining());
    String shown =
        terminal.stream().map(line -> simple(line, home) + "\n").collect(Collectors.joining());
    return Pattern.matches(pattern, shown);
  }

  private static String words(String line) {
    return Pattern.quote(line).replace("…", "\\E.*\\Q");
  }

  private static String simple(String line, Path home) {
    String simple = line.replace(home.toString(), "/home/ada");
    for (Map.Entry<Pattern, String> varying : VARYING.entrySet()) {
      simple = varying.getKey().matcher(simple).replaceAll(varying.getValue());
    }
    return simple.replaceAll("\\s+", " ").strip();
  }
}
