package dev.bide.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that the page is made of can make markup or a program out of text. */
class PageSourcesTest {
  private static final Pattern MAKES_MORE_OF_TEXT =
      Pattern.compile(
          "(?i)innerHTML|outerHTML|insertAdjacentHTML|document\\.write|createContextualFragment"
              + "|setHTML|srcdoc|\\beval\\b|\\bFunction\\s*\\(|\\bimport\\s*\\("
              + "|set(Timeout|Interval)\\s*\\(\\s*[\"'`]|javascript:");

  private static final Pattern LEAVES_TEXT_AS_IT_IS =
      Pattern.compile(
          "(?i)\\$unsafe|@raw|<script(?! type=\"module\" src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:");

  private static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of(folder))) {
      List<Path> found = all.filter(file -> file.toString().endsWith(ending)).toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }

  static List<Path> scripts() throws IOException {
    return files("src/main/resources/static", ".js");
  }

  static List<Path> templates() throws IOException {
    return files("src/main/jte", ".jte");
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void no_script_makes_markup_or_a_program_out_of_text(Path file) {
    assertThat(file).content().doesNotContainPattern(MAKES_MORE_OF_TEXT);
  }

  @ParameterizedTest
  @MethodSource("templates")
  void no_template_writes_text_as_markup(Path file) {
    assertThat(file).content().doesNotContainPattern(LEAVES_TEXT_AS_IT_IS);
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void every_script_is_one_that_is_served(Path file) {
    assertThat(new Assets().find(file.getFileName().toString())).isNotNull();
  }
}
