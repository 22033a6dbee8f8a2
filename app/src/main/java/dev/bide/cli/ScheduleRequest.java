package dev.bide.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code schedule add} and {@code schedule edit} ask the server for. */
final class ScheduleRequest {
  static final List<Option> OPTIONS =
      List.of(
          Option.value("cron", null, "EXPRESSION", "five fields, or @daily and the like"),
          Option.value("every", null, "DURATION", "again after this time"),
          Option.value("first", null, "TIME", "with --every: the first run"),
          Option.value("at", null, "TIME", "at this time; may be repeated"),
          Option.value("tz", null, "ZONE", "the time zone (else that of this terminal)"),
          Option.value("start", null, "TIME", "nothing before it; edit: none takes it away"),
          Option.value("end", null, "TIME", "nothing after it; edit: none takes it away"),
          Option.value("missed", null, "POLICY", "once, all or skip"),
          Option.value("max-late", null, "DURATION", "make up at most so late (else 1d)"),
          Option.value("max-missed", null, "N", "with --missed all: at most so many"),
          Option.value("overlap", null, "POLICY", "skip, queue, allow or cancel-old"),
          Option.value("jitter", null, "DURATION", "begin up to so much later"),
          Option.value("pause-after", null, "N", "pause after N failures in a row"));

  private static final List<String> TRIGGERS = List.of("cron", "every", "at");
  private static final List<String> BOUNDS = List.of("start", "end");
  private static final List<String> TIMES = List.of("at", "first", "start", "end");

  /** Takes a bound away. */
  private static final String NONE = "none";

  private static final List<String> MISSED = List.of("once", "all", "skip");
  private static final List<String> OVERLAP = List.of("skip", "queue", "allow", "cancel-old");

  private final Call call;
  private final Arguments arguments;
  private final Instant now = Instant.now();
  private ZoneId zone = ZoneId.systemDefault();

  ScheduleRequest(Call call) {
    this.call = call;
    this.arguments = call.arguments();
  }

  /** A new schedule with all it needs. */
  Map<String, @Nullable Object> whole(String name) throws Trouble {
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    request.put("name", name);
    if (TRIGGERS.stream().noneMatch(arguments::has)) {
      throw Trouble.usage("when? --cron '30 2 * * *', --every 2h or --at 'fri 18:30'");
    }
    request.put("zone", zone().getId());
    when(request);
    if (!arguments.has("tz")
        && (arguments.has("cron") || TIMES.stream().anyMatch(arguments::has))) {
      UnnamedZone.warn(call, "--tz ZONE, or ");
    }
    request.put("job", new JobRequest(call, "schedule add " + name).template(command()));
    return request;
  }

  /** Only what was said of the schedule with this name, by whose clock its times are read. */
  Map<String, @Nullable Object> change(String name) throws Trouble {
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    List<String> times =
        TIMES.stream()
            .flatMap(option -> arguments.values(option).stream())
            .filter(time -> !time.equals(NONE))
            .toList();
    if (!arguments.has("tz") && !times.isEmpty()) {
      zone = ScheduleWords.zone(call.api().schedule(name), times);
    }
    for (String bound : BOUNDS) {
      if (NONE.equals(arguments.value(bound))) {
        request.put(bound, null);
      }
    }
    if (arguments.has("tz")) {
      request.put("zone", zone().getId());
    }
    when(request);
    if (!command().isEmpty() || arguments.has("shell")) {
      request.put("job", new JobRequest(call, "schedule edit").template(command()));
    } else {
      for (Option option : JobRequest.OPTIONS) {
        if (arguments.has(option.name())) {
          throw Trouble.usage(
              "--" + option.name() + " belongs to the command: say that again as well, behind --");
        }
      }
    }
    if (request.isEmpty()) {
      throw Trouble.usage("change what? " + call.name() + " schedule edit NAME --cron '0 3 * * *'");
    }
    return request;
  }

  private List<String> command() {
    List<String> words = arguments.words();
    return words.subList(Math.min(2, words.size()), words.size());
  }

  private ZoneId zone() throws Trouble {
    String name = arguments.value("tz");
    return name == null ? zone : TimeWords.zone("--tz", name);
  }

  private void when(Map<String, @Nullable Object> request) throws Trouble {
    List<String> given = TRIGGERS.stream().filter(arguments::has).toList();
    if (given.size() > 1) {
      throw Trouble.usage("--" + given.get(0) + " and --" + given.get(1) + " do not go together");
    }
    if (arguments.has("first") && !arguments.has("every")) {
      throw Trouble.usage("--first goes with --every");
    }
    if (arguments.has("cron")) {
      request.put("cron", arguments.value("cron"));
    }
    seconds("every", "everySeconds", request);
    instant("first", false, request);
    if (arguments.has("at")) {
      List<String> instants = new ArrayList<>();
      for (String text : arguments.values("at")) {
        instants.add(TimeWords.later("--at", text, now, zone()).instant().toString());
      }
      request.put("at", instants);
    }
    instant("start", false, request);
    instant("end", true, request);
    word("missed", MISSED, request);
    seconds("max-late", "maxLateSeconds", request);
    number("max-missed", "maxMissed", 1, request);
    word("overlap", OVERLAP, request);
    seconds("jitter", "jitterSeconds", request);
    number("pause-after", "pauseAfter", 0, request);
  }

  private void seconds(String option, String field, Map<String, @Nullable Object> request)
      throws Trouble {
    String text = arguments.value(option);
    if (text == null) {
      return;
    }
    Duration duration = Text.parseDuration("--" + option, text);
    if (option.equals("every") && duration.isZero()) {
      throw Trouble.usage("--every wants at least 1s");
    }
    request.put(field, duration.toSeconds());
  }

  private void instant(String option, boolean endOfDay, Map<String, @Nullable Object> request)
      throws Trouble {
    String text = arguments.value(option);
    if (text != null && !request.containsKey(option)) {
      request.put(option, TimeWords.any("--" + option, text, now, zone(), endOfDay).toString());
    }
  }

  private void number(String option, String field, int least, Map<String, @Nullable Object> request)
      throws Trouble {
    Integer number = arguments.number(option, least, 1000);
    if (number != null) {
      request.put(field, number);
    }
  }

  private void word(String option, List<String> known, Map<String, @Nullable Object> request)
      throws Trouble {
    String word = arguments.value(option);
    if (word == null) {
      return;
    }
    if (!known.contains(word)) {
      throw Trouble.usage(
          "--"
              + option
              + " knows "
              + String.join(", ", known)
              + ", not "
              + Text.quoted(word)
              + Suggestion.hint(word, known));
    }
    request.put(option, word);
  }
}
