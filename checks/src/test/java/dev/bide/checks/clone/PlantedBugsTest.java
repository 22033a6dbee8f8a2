package dev.bide.checks.clone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.Needed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The bugs of {@code checks/planted} can still be planted, and the tests that must notice them are
 * there. {@code ./bide-checks planted} sees that they do.
 */
class PlantedBugsTest {
  private static final Pattern HEAD =
      Pattern.compile(
          "# Breaks: \\S.*\\n# Caught by: (core|app|checks) ([a-zA-Z.]+)(?:#(\\w+))?\\n--- a/");

  @Test
  void each_still_applies() throws Exception {
    Needed.check(isThere(), "git is missing");
    List<String> stale = new ArrayList<>();
    for (Path patch : patches()) {
      Process git =
          new ProcessBuilder("git", "apply", "--check", patch.toString())
              .directory(Checkout.root().toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (git.waitFor() != 0) {
        stale.add(patch.getFileName() + ": " + said.strip());
      }
    }
    assertThat(stale).isEmpty();
  }

  @Test
  void each_says_what_it_breaks_and_names_a_test_that_is_there() throws IOException {
    List<String> nameless = new ArrayList<>();
    for (Path patch : patches()) {
      Matcher head = HEAD.matcher(Files.readString(patch));
      if (!head.lookingAt() || !isThere(head.group(1), head.group(2), head.group(3))) {
        nameless.add(patch.getFileName().toString());
      }
    }
    assertThat(nameless).isEmpty();
  }

  private static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.list(Checkout.file("checks/planted"))) {
      List<Path> patches =
          files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
      assertThat(patches).hasSizeGreaterThan(30);
      return patches;
    }
  }

  private static boolean isThere() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "git")));
  }

  /** The method may be inherited, from a suite of the same module. */
  private static boolean isThere(String module, String type, String method) throws IOException {
    Path tests = Checkout.file(module + "/src/test/java");
    if (!Files.exists(tests.resolve(type.replace('.', '/') + ".java"))) {
      return false;
    }
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        if (method == null || Files.readString(file).contains("void " + method + "(")) {
          return true;
        }
      }
    }
    return false;
  }
}
