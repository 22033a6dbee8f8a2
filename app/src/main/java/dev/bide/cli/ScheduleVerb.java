package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code schedule}: jobs that are added again and again. */
final class ScheduleVerb implements Verb {
  private static final List<String> CHANGES = List.of("add", "edit");
  private static final List<String> ACTIONS =
      List.of("ls", "add", "show", "edit", "pause", "resume", "run", "rm", "next", "backfill");

  private static final int RUNS_SHOWN = 10;

  /** Options that go with some actions only, and with which. */
  private static final List<With> WITH =
      List.of(
          new With("count", List.of("next")),
          new With("from", List.of("next", "backfill")),
          new With("to", List.of("backfill")));

  private record With(String option, List<String> actions) {}

  @Override
  public Grammar grammar() {
    List<Option> options = new ArrayList<>(ScheduleRequest.OPTIONS);
    for (Option option : JobRequest.OPTIONS) {
      // -n is how many runs to show
      options.add(
          option.name().equals("name")
              ? Option.value("name", null, "NAME", "a label for its jobs")
              : option);
    }
    options.add(Option.value("count", 'n', "K", "next: so many runs (else 10)"));
    options.add(Option.value("from", null, "TIME", "next, backfill: from then on"));
    options.add(Option.value("to", null, "TIME", "backfill: up to then"));
    return new Grammar(
        "schedule ACTION [NAME] [OPTIONS] [--] [COMMAND…]",
        "Adds jobs at a time or at regular intervals.",
        "ls · add NAME --cron '30 2 * * 1-5' -- COMMAND · show NAME · edit NAME with what is to be"
            + " other · pause NAME · resume NAME · run NAME (now, once) · rm NAME · next NAME -n K ·"
            + " backfill NAME --from TIME --to TIME. In place of --cron: --every 2h, or --at 'fri"
            + " 18:30'. A wall time that the clocks"
            + " leave out runs when they have gone forward, one that comes twice runs once. What"
            + " was missed while no server ran is made up for once, at most a day late; while an"
            + " earlier run has not ended the next is skipped: --missed and --overlap say"
            + " otherwise. In a pipe ls prints, separated by tabs: name, when, zone, next run,"
            + " active or paused, command line.",
        options,
        2);
  }

  @Override
  public int run(Call call) throws Trouble {
    List<String> words = call.arguments().words();
    String action = words.isEmpty() ? "ls" : words.get(0);
    if (!ACTIONS.contains(action)) {
      throw Trouble.usage(
          "schedule knows "
              + String.join(", ", ACTIONS.subList(0, ACTIONS.size() - 1))
              + " and backfill, not "
              + Text.quoted(action)
              + Suggestion.hint(action, ACTIONS));
    }
    checkOptions(call.arguments(), action);
    if (action.equals("ls")) {
      if (words.size() > 1) {
        throw Trouble.usage("unexpected " + Text.quoted(words.get(1)));
      }
      list(call);
      return 0;
    }
    String name = name(call, action);
    Console console = call.console();
    switch (action) {
      case "add" -> tell(call, call.api().addSchedule(new ScheduleRequest(call).whole(name)));
      case "edit" ->
          tell(call, call.api().changeSchedule(name, new ScheduleRequest(call).change(name)));
      case "pause", "resume" -> tell(call, call.api().schedule(name, action));
      case "show" -> show(call, call.api().schedule(name));
      case "next" -> next(call, name);
      case "run" -> added(call, call.api().runSchedule(name));
      case "backfill" -> backfill(call, name);
      default -> {
        call.api().removeSchedule(name);
        console.line(call.forPeople() ? name + " is removed; its jobs stay" : name);
      }
    }
    return 0;
  }

  private static void checkOptions(Arguments arguments, String action) throws Trouble {
    for (With with : WITH) {
      if (arguments.has(with.option()) && !with.actions().contains(action)) {
        throw Trouble.usage(
            "--"
                + with.option()
                + " goes with schedule "
                + String.join(" or ", with.actions())
                // -n is the label where a job is added by hand
                + (with.option().equals("count") && CHANGES.contains(action)
                    ? "; a label for its jobs is --name"
                    : ""));
      }
    }
    if (!CHANGES.contains(action)) {
      for (List<Option> options : List.of(ScheduleRequest.OPTIONS, JobRequest.OPTIONS)) {
        for (Option option : options) {
          if (arguments.has(option.name())) {
            throw Trouble.usage("--" + option.name() + " goes with schedule add or edit");
          }
        }
      }
    }
  }

  private static String name(Call call, String action) throws Trouble {
    List<String> words = call.arguments().words();
    if (call.arguments().wordsBeforeDashes() < 2) {
      throw Trouble.usage(
          action.equals("add")
              ? "what is it called? "
                  + call.name()
                  + " schedule add nightly --cron '30 2 * * *' -- python3 train.py"
              : "which schedule? " + call.name() + " schedule " + action + " NAME");
    }
    if (words.size() > 2 && !action.equals("add") && !action.equals("edit")) {
      throw Trouble.usage("schedule " + action + " takes one name");
    }
    return words.get(1);
  }

  private static void list(Call call) throws Trouble {
    List<Fields> schedules = call.api().schedules();
    Console console = call.console();
    switch (call.format()) {
      case JSON -> console.line(Json.write(schedules.stream().map(Fields::map).toList()));
      case JSONL -> schedules.forEach(one -> console.line(Json.write(one.map())));
      default -> {
        ScheduleWords words = new ScheduleWords(Instant.now(), new JobWords(console));
        if (!call.forPeople()) {
          schedules.forEach(one -> console.line(ScheduleWords.fields(one)));
        } else if (schedules.isEmpty()) {
          console.line("no schedules");
          console.hint(
              "add one: "
                  + call.name()
                  + " schedule add nightly --cron '30 2 * * *' -- python3 train.py");
        } else {
          words.table(schedules, console.columns()).forEach(console::line);
        }
      }
    }
  }

  /** What became of a schedule that was added or changed. */
  private static void tell(Call call, Fields schedule) throws Trouble {
    Console console = call.console();
    if (call.inJson()) {
      console.line(Json.write(schedule.map()));
      return;
    }
    String name = schedule.needed("name");
    if (!call.forPeople()) {
      console.line(name);
      return;
    }
    console.line(name + "  " + new ScheduleWords(Instant.now(), null).nextRun(schedule));
    if (schedule.has("next")) {
      console.hint("see when it runs: " + call.name() + " schedule next " + name);
    }
  }

  private static void show(Call call, Fields schedule) throws Trouble {
    Console console = call.console();
    if (call.inJson()) {
      console.line(Json.write(schedule.map()));
      return;
    }
    if (!call.forPeople()) {
      schedule
          .map()
          .forEach(
              (key, value) ->
                  console.line(
                      key
                          + ": "
                          + (value == null
                              ? ""
                              : Text.visible(
                                  value instanceof String text ? text : Json.write(value)))));
      return;
    }
    List<Fields> runs = call.api().plannedRuns(schedule.needed("name"), RUNS_SHOWN);
    new ScheduleWords(Instant.now(), new JobWords(console))
        .facts(schedule, runs)
        .forEach(console::line);
  }

  /** That of the schedule: its days begin with its clock, whatever that of who asks. */
  private static ZoneId zone(Call call, String name, String... times) throws Trouble {
    return ScheduleWords.zone(call.api().schedule(name), List.of(times));
  }

  private static void next(Call call, String name) throws Trouble {
    Integer count = call.arguments().number("count", 1, 1000);
    Instant now = Instant.now();
    String from = call.arguments().value("from");
    Instant after =
        from == null ? null : TimeWords.any("--from", from, now, zone(call, name, from), false);
    List<Fields> runs = call.api().nextRuns(name, count == null ? 10 : count, after);
    Console console = call.console();
    switch (call.format()) {
      case JSON -> console.line(Json.write(runs.stream().map(Fields::map).toList()));
      case JSONL -> runs.forEach(one -> console.line(Json.write(one.map())));
      default -> {
        for (Fields run : runs) {
          console.line(
              call.forPeople()
                  ? ScheduleWords.run(run, now)
                  : String.join(
                      "\t", run.needed("instant"), run.needed("local"), text(run, "note")));
        }
        if (runs.isEmpty() && call.forPeople()) {
          console.line(
              "none: it has ended, or is paused (" + call.name() + " schedule show " + name + ")");
        }
      }
    }
  }

  private static String text(Fields fields, String key) {
    String text = fields.text(key);
    return text == null ? "" : text;
  }

  private static void added(Call call, JobJson job) throws Trouble {
    switch (call.format()) {
      case JSON, JSONL -> call.console().line(Json.write(job.toMap()));
      default -> {
        @Nullable String wait = call.forPeople() ? AddVerb.whyItWaits(call, job) : null;
        String words = wait == null ? "started" : wait;
        call.console().line(job.number() + (call.forPeople() ? "  " + words : ""));
      }
    }
  }

  private static void backfill(Call call, String name) throws Trouble {
    String from = call.arguments().value("from");
    String to = call.arguments().value("to");
    if (from == null || to == null) {
      throw Trouble.usage(
          "from when to when? "
              + call.name()
              + " schedule backfill "
              + Text.visible(name)
              + " --from 2026-11-01 --to 2026-11-07");
    }
    Instant now = Instant.now();
    ZoneId zone = zone(call, name, from, to);
    Instant first = TimeWords.any("--from", from, now, zone, false);
    Instant last = TimeWords.any("--to", to, now, zone, true);
    if (last.isBefore(first)) {
      throw Trouble.usage("--to is before --from");
    }
    long planned = call.api().backfill(name, first, last);
    switch (call.format()) {
      case JSON, JSONL -> call.console().line("{\"planned\":" + planned + "}");
      default ->
          call.console()
              .line(
                  !call.forPeople()
                      ? Long.toString(planned)
                      : planned == 0
                          ? "nothing to make up for between these times"
                          : Text.count(planned, "run")
                              + " to make up for, one after another ("
                              + call.name()
                              + " schedule show "
                              + name
                              + ")");
    }
  }
}
