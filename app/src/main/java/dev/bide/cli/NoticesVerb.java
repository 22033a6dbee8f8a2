package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code notices}: what people were told, or could not be. */
final class NoticesVerb implements Verb {
  private static final List<String> ACTIONS = List.of("ls", "retry", "test");
  private static final List<String> STATES = List.of("WAITING", "SENT", "FAILED");

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "notices ls [--job N] [--state STATE] | retry ID | test RULE",
            "Shows what people were told of jobs, and tries rules out.",
            Option.value("job", null, "N", "ls: only those about this job"),
            Option.value("state", null, "STATE", "ls: only waiting, sent or failed ones"),
            Option.value("limit", null, "N", "ls: at most so many (else 20; 1 to 1000)"))
        .withDetails(
            "A RULE says what and where: failure=mailto:me@example.org,"
                + " start,end=slack+https://hooks.slack.com/services/…, command:'notify-send done'."
                + " Give it to a job (run --notify), a queue (queue set NAME --notify), a schedule,"
                + " or to all by notify in bide.toml. In a pipe ls prints, separated by tabs: id,"
                + " time, event, state, tries, target, title, error.");
  }

  @Override
  public int run(Call call) throws Trouble {
    List<String> words = call.arguments().words();
    String action = words.isEmpty() ? "ls" : words.get(0);
    if (!ACTIONS.contains(action)) {
      throw Trouble.usage(
          "notices knows ls, retry and test, not "
              + Text.quoted(action)
              + Suggestion.hint(action, ACTIONS));
    }
    for (String option : List.of("job", "state", "limit")) {
      if (call.arguments().has(option) && !action.equals("ls")) {
        throw Trouble.usage("--" + option + " goes with notices ls");
      }
    }
    switch (action) {
      case "retry" ->
          print(call, List.of(call.api().retryNotice(word(call, "which one? "))), false);
      case "test" -> {
        return test(call, word(call, "which rule? "));
      }
      default -> {
        if (words.size() > 1) {
          throw Trouble.usage("unexpected " + Text.quoted(words.get(1)));
        }
        print(call, call.api().notices(query(call)), true);
      }
    }
    return 0;
  }

  private static String word(Call call, String question) throws Trouble {
    List<String> words = call.arguments().words();
    if (words.size() == 2) {
      return words.get(1);
    }
    String action = words.get(0);
    throw Trouble.usage(
        words.size() > 2
            ? "unexpected " + Text.quoted(words.get(2))
            : question
                + call.name()
                + " notices "
                + action
                + (action.equals("test") ? " 'command:cat'" : " ID"));
  }

  private static Map<String, String> query(Call call) throws Trouble {
    Map<String, String> query = new LinkedHashMap<>();
    String job = call.arguments().value("job");
    if (job != null) {
      query.put("job", job);
    }
    String state = call.arguments().value("state");
    if (state != null) {
      String wanted = state.toUpperCase(Locale.ROOT);
      if (!STATES.contains(wanted)) {
        throw Trouble.usage("--state knows waiting, sent and failed, not " + Text.quoted(state));
      }
      query.put("state", wanted);
    }
    Integer limit = call.arguments().number("limit", 1, 1_000);
    query.put("limit", Integer.toString(limit == null ? 20 : limit));
    return query;
  }

  private static int test(Call call, String rule) throws Trouble {
    Fields answer = call.api().testNotice(rule);
    boolean sent = answer.flag("sent");
    switch (call.format()) {
      case JSON, JSONL -> call.console().line(Json.write(answer.map()));
      default -> {
        if (!sent) {
          throw new Trouble(
              "nothing was sent to "
                  + Text.visible(answer.needed("target"))
                  + ": "
                  + Text.visible(String.valueOf(answer.text("error"))));
        }
        call.console().line("sent to " + Text.visible(answer.needed("target")));
      }
    }
    return sent ? 0 : 1;
  }

  private static void print(Call call, List<Fields> notices, boolean list) throws Trouble {
    Console console = call.console();
    switch (call.format()) {
      case JSON ->
          console.line(
              Json.write(list ? notices.stream().map(Fields::map).toList() : notices.get(0).map()));
      case JSONL -> notices.forEach(one -> console.line(Json.write(one.map())));
      default -> {
        if (!call.forPeople()) {
          notices.forEach(one -> console.line(fields(one)));
        } else if (notices.isEmpty()) {
          console.line("no notices");
        } else {
          Instant now = Instant.now();
          notices.forEach(one -> lines(call, one, now).forEach(console::line));
        }
      }
    }
  }

  private static String fields(Fields notice) {
    return String.join(
        "\t",
        notice.needed("id"),
        notice.needed("at"),
        notice.needed("event"),
        notice.needed("state"),
        Long.toString(notice.number("tries")),
        Text.visible(notice.needed("target")),
        Text.visible(notice.needed("title")),
        orEmpty(notice.text("error")));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : Text.visible(text);
  }

  /** Two lines, and a third where something went wrong. */
  private static List<String> lines(Call call, Fields notice, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(Text.visible(notice.needed("title")) + ": " + standing(notice, now));
    lines.add("  to " + Text.visible(notice.needed("target")));
    String error = notice.text("error");
    if (error != null) {
      lines.add("  " + Text.visible(error));
    }
    if (notice.needed("state").equals("FAILED")) {
      lines.add("  try again: " + call.name() + " notices retry " + notice.needed("id"));
    }
    return lines;
  }

  private static String standing(Fields notice, Instant now) {
    long tries = notice.number("tries");
    Instant next = notice.instant("nextTryAt");
    return switch (notice.needed("state")) {
      case "SENT" -> "sent";
      case "FAILED" -> "given up after " + (tries == 1 ? "1 try" : tries + " tries");
      default ->
          tries == 0 || next == null
              ? "waits"
              : "tried "
                  + (tries == 1 ? "once" : tries + " times")
                  + (next.isAfter(now)
                      ? ", again in " + Text.duration(Duration.between(now, next))
                      : ", again now");
    };
  }
}
