package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class GrammarTest {
  private static final Grammar ANYWHERE = new LogsVerb().grammar();
  private static final Grammar COMMAND = new AddVerb().grammar();

  @Test
  void options_may_stand_anywhere() throws Trouble {
    Arguments arguments = parse(ANYWHERE, List.of("12", "-f", "--tail", "5"));
    assertThat(arguments.words()).containsExactly("12");
    assertThat(arguments.has("follow")).isTrue();
    assertThat(arguments.value("tail")).isEqualTo("5");
  }

  @Test
  void options_end_at_the_command() throws Trouble {
    Arguments arguments = parse(COMMAND, List.of("-n", "x", "ls", "-l", "--color", "never"));
    assertThat(arguments.words()).containsExactly("ls", "-l", "--color", "never");
    assertThat(arguments.value("name")).isEqualTo("x");
    assertThat(arguments.has("color")).isFalse();
  }

  @Test
  void two_dashes_end_the_options_and_vanish() throws Trouble {
    Arguments arguments = parse(COMMAND, List.of("--", "-x", "--", "y"));
    assertThat(arguments.words()).containsExactly("-x", "--", "y");
    assertThat(arguments.hadDashes()).isTrue();
  }

  @Test
  void a_lone_dash_is_a_word() throws Trouble {
    assertThat(parse(ANYWHERE, List.of("-")).words()).containsExactly("-");
    assertThat(parse(COMMAND, List.of("-")).words()).containsExactly("-");
  }

  @Test
  void values_stand_behind_or_attached() throws Trouble {
    assertThat(parse(ANYWHERE, List.of("--tail=5")).value("tail")).isEqualTo("5");
    assertThat(parse(ANYWHERE, List.of("-n5")).value("tail")).isEqualTo("5");
    assertThat(parse(ANYWHERE, List.of("-fn", "5")).value("tail")).isEqualTo("5");
    assertThat(parse(COMMAND, List.of("--env", "A=b=c", "-eD=")).values("env"))
        .containsExactly("A=b=c", "D=");
    assertThat(parse(COMMAND, List.of("--name=", "x")).value("name")).isEmpty();
    assertThat(parse(COMMAND, List.of("--name", "--", "x")).value("name")).isEqualTo("--");
  }

  @Test
  void an_unknown_option_names_the_nearest() {
    assertThat(trouble("--tial", "3").line())
        .isEqualTo("unknown option --tial: did you mean --tail?");
    assertThat(trouble("--hoem", "3").line()).endsWith("did you mean --home?");
    assertThat(trouble("-x").line()).isEqualTo("unknown option -x (bide logs --help)");
    assertThat(trouble("--utterly-else").code()).isEqualTo(2);
  }

  @Test
  void a_missing_or_needless_value_is_said() {
    assertThat(trouble("--tail").line()).isEqualTo("--tail needs a value: --tail K");
    assertThat(trouble("--follow=yes").line()).isEqualTo("--follow takes no value");
  }

  @Test
  void numbers_have_limits() throws Trouble {
    Arguments arguments = parse(ANYWHERE, List.of("--tail", "-3"));
    Trouble trouble = catchThrowableOfType(Trouble.class, () -> arguments.number("tail", 0, 10));
    assertThat(trouble.line()).isEqualTo("--tail wants a whole number from 0 to 10, not \"-3\"");
  }

  @Test
  void every_verb_has_a_help_that_fits_a_terminal() {
    for (String name : Verbs.ALL) {
      Verb verb = Verbs.find(name);
      assertThat(verb).as(name).isNotNull();
      assertThat(verb.grammar().usage()).startsWith(name);
      assertThat(verb.grammar().help("bide").lines())
          .as(name)
          .allMatch(line -> line.length() <= 80);
    }
    assertThat(HelpVerb.overview("bide", true).lines())
        .allMatch(line -> line.length() <= 80)
        .contains("  schedule Adds jobs at a time or at regular intervals.");
  }

  @Test
  void the_first_help_shows_ten_verbs() {
    List<String> shown =
        HelpVerb.overview("bide", false)
            .lines()
            .filter(line -> line.startsWith("  "))
            .map(line -> line.strip().split(" ", 2)[0])
            .toList();
    assertThat(shown)
        .containsExactly(
            "run", "add", "ls", "show", "logs", "follow", "wait", "cancel", "retry", "open");
  }

  private static Arguments parse(Grammar grammar, List<String> words) throws Trouble {
    return grammar.parse(words, "bide");
  }

  private static Trouble trouble(String... words) {
    return catchThrowableOfType(Trouble.class, () -> parse(ANYWHERE, List.of(words)));
  }
}
