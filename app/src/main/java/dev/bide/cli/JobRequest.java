package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.job.CommandLine;
import dev.bide.schedule.ClockChange;
import dev.bide.schedule.WrittenTime;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code add} and {@code run} ask the server for. */
final class JobRequest {
  /** The most jobs of one request. */
  static final int MOST = 1000;

  static final List<Option> OPTIONS =
      List.of(
          Option.value("name", 'n', "NAME", "a label for people"),
          Option.value("dir", null, "DIR", "run there and not in the current directory"),
          Option.value("env", 'e', "NAME=VALUE", "a variable for the job; may be repeated"),
          Option.value("shell", 'c', "LINE", "a line for /bin/sh -c in place of a command"),
          Option.value("queue", null, "NAME", "the queue it waits in"),
          Option.value("notify", null, "RULE", "tell somebody of its end; may be repeated"));

  /** When it may start; not for what a schedule starts. */
  static final List<Option> BEGIN =
      List.of(
          Option.value("at", null, "TIME", "not before: 'tomorrow 02:00', 'fri 18:30'"),
          Option.value("in", null, "DURATION", "not before: 2h30m from now"));

  /** Everything that a person may plan lies before the year 10000. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(3653);

  private final Call call;
  private final String verb;

  JobRequest(Call call, String verb) {
    this.call = call;
    this.verb = verb;
  }

  /** Submits the command of the command line. */
  JobJson submit() throws Trouble {
    Map<String, @Nullable Object> request = withCommand(settingsOfAJob(), call.arguments().words());
    try {
      return call.api().submit(request);
    } catch (Refusal e) {
      if (e.status() == Refusal.TOO_LARGE) {
        throw new Trouble(
            "the command and its environment are longer than the 4 MB that a job may have: put"
                + " large arguments and values into files; nothing was added",
            e);
      }
      throw withSuggestion(e);
    }
  }

  /** What a schedule is to add: these words, or the line of {@code --shell}. */
  Map<String, @Nullable Object> template(List<String> words) throws Trouble {
    return withCommand(settings(), words);
  }

  private Map<String, @Nullable Object> withCommand(
      Map<String, @Nullable Object> request, List<String> words) throws Trouble {
    String shell = call.arguments().value("shell");
    if (shell != null && !words.isEmpty()) {
      throw Trouble.usage(
          "--shell has the whole command: put " + Text.quoted(words.get(0)) + " into its line");
    }
    if (shell != null) {
      request.put("shell", shell);
    } else if (words.isEmpty()) {
      throw Trouble.usage("which command? " + call.name() + " " + verb + " -- python3 train.py");
    } else {
      request.put("command", words);
    }
    return request;
  }

  /**
   * Submits one command per line, all or none; empty lines and those that begin with # are no
   * commands.
   */
  List<JobJson> submitLines(String text) throws Trouble {
    if (call.arguments().has("shell")) {
      throw Trouble.usage("--shell and - do not go together");
    }
    List<Map<String, @Nullable Object>> jobs = new ArrayList<>();
    List<Integer> lineNumbers = new ArrayList<>();
    int lineNumber = 0;
    for (String line : text.split("\n", -1)) {
      lineNumber++;
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      if (jobs.size() == MOST) {
        throw Trouble.usage(
            "line " + lineNumber + ": at most " + MOST + " jobs at once; nothing was added");
      }
      Map<String, @Nullable Object> job = new LinkedHashMap<>();
      job.put("command", words(line, lineNumber));
      jobs.add(job);
      lineNumbers.add(lineNumber);
    }
    if (jobs.isEmpty()) {
      throw Trouble.usage("no command on standard input");
    }
    try {
      return call.api().submitAll(settingsOfAJob(), jobs);
    } catch (Refusal e) {
      if (e.status() == Refusal.TOO_LARGE) {
        throw new Trouble(
            "the lines and the environment are longer than the 16 MB that can be added at once: add"
                + " fewer lines at a time; nothing was added",
            e);
      }
      throw withLines(e, lineNumbers);
    }
  }

  private static List<String> words(String line, int lineNumber) throws Trouble {
    if (line.indexOf('\0') >= 0) {
      throw Trouble.usage(
          "line "
              + lineNumber
              + ": holds a NUL character, which no process can be given; nothing was added");
    }
    try {
      CommandLine.Split split = CommandLine.split(line);
      if (split.shellCharacter() != null) {
        throw Trouble.usage(
            "line "
                + lineNumber
                + ": only a shell understands "
                + split.shellCharacter()
                + ": quote it, or write sh -c '…'; nothing was added");
      }
      return split.words();
    } catch (CommandLine.Malformed e) {
      throw Trouble.usage("line " + lineNumber + ": " + e.getMessage() + "; nothing was added");
    }
  }

  /** With when it begins, which of a run of a schedule its schedule says. */
  private Map<String, @Nullable Object> settingsOfAJob() throws Trouble {
    Map<String, @Nullable Object> request = settings();
    Instant begin = begin(Instant.now());
    if (begin != null) {
      request.put("beginAt", begin.toString());
    }
    return request;
  }

  /** What {@code --at} or {@code --in} asks for, or null where neither is given. */
  private @Nullable Instant begin(Instant now) throws Trouble {
    String at = call.arguments().value("at");
    String in = call.arguments().value("in");
    if (at != null && in != null) {
      throw Trouble.usage("--at and --in do not go together: say when, or how long from now");
    }
    if (in != null) {
      Duration wait = Text.parseDuration("--in", in);
      if (wait.compareTo(LONGEST_WAIT) > 0) {
        throw Trouble.usage("--in takes at most 3653d (ten years), not " + Text.quoted(in));
      }
      return now.plus(wait);
    }
    if (at == null) {
      return null;
    }
    WrittenTime time = TimeWords.later("--at", at, now, ZoneId.systemDefault());
    UnnamedZone.warn(call, "");
    sayWhatTheClocksDo(time);
    return time.instant();
  }

  private void sayWhatTheClocksDo(WrittenTime time) {
    if (time.clockChange() == ClockChange.GAP) {
      call.console().hint("the clocks leave that time out: it starts when they have gone forward");
    } else if (time.clockChange() == ClockChange.OVERLAP) {
      call.console().hint("the clocks show that time twice: it starts at the first");
    }
  }

  private Map<String, @Nullable Object> settings() throws Trouble {
    Arguments arguments = call.arguments();
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    request.put("directory", directory(arguments.value("dir")));
    if (arguments.has("name")) {
      request.put("name", arguments.value("name"));
    }
    if (arguments.has("queue")) {
      request.put("queue", arguments.value("queue"));
    }
    if (arguments.has("notify")) {
      request.put("notify", arguments.values("notify"));
    }
    Map<String, String> environment = call.caller().environmentForJobs();
    for (String pair : arguments.values("env")) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw Trouble.usage("--env wants NAME=VALUE, not " + Text.quoted(pair));
      }
      environment.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    request.put("environment", environment);
    request.put("inheritEnvironment", false);
    request.put("umask", String.format(Locale.ROOT, "%04o", call.caller().umask()));
    return request;
  }

  private String directory(@Nullable String asked) throws Trouble {
    if (asked == null) {
      return call.caller().directory();
    }
    if (asked.isEmpty()) {
      throw Trouble.usage("--dir wants a directory");
    }
    if (asked.startsWith("/")) {
      return asked;
    }
    try {
      return Path.of(call.caller().directory()).resolve(asked).normalize().toString();
    } catch (InvalidPathException e) {
      throw Trouble.usage("--dir wants a directory, not " + Text.quoted(asked));
    }
  }

  /** What is to be typed again must not lose what was said besides the command. */
  private List<String> optionsAsGiven() {
    List<String> words = new ArrayList<>();
    for (String flag : List.of("follow", "cancel-on-interrupt")) {
      if (call.arguments().has(flag)) {
        words.add("--" + flag);
      }
    }
    for (String name : List.of("name", "dir", "env", "queue", "notify", "at", "in")) {
      for (String value : call.arguments().values(name)) {
        words.add("--" + name);
        words.add(value);
      }
    }
    return words;
  }

  private Trouble withSuggestion(Refusal refusal) {
    List<String> suggestion = refusal.suggestion();
    if (suggestion == null) {
      return refusal;
    }
    List<String> words = optionsAsGiven();
    words.addAll(suggestion);
    String meant = call.name() + " " + verb + " " + CommandLine.join(words);
    String said = refusal.line();
    int colon = said.indexOf(": did you mean");
    String line =
        (colon < 0 ? said : said.substring(0, colon)) + ": did you mean: " + Text.visible(meant);
    if (!verb.equals("run")) {
      return new Trouble(line, refusal);
    }
    boolean found = !said.contains("program not found");
    return new Trouble(found ? JobWords.CANNOT_RUN : JobWords.NOT_FOUND, line);
  }

  /** {@code jobs[3].command} names nothing that a person wrote; the line does. */
  private static Trouble withLines(Refusal refusal, List<Integer> lineNumbers) {
    for (Refusal.FieldError error : refusal.errors()) {
      String field = error.field();
      int close = field.indexOf(']');
      if (field.startsWith("jobs[") && close > 5) {
        try {
          int index = Integer.parseInt(field.substring(5, close));
          return new Trouble(
              "line "
                  + lineNumbers.get(index)
                  + ": "
                  + Text.visible(error.message())
                  + "; nothing was added",
              refusal);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
          break;
        }
      }
    }
    return refusal;
  }
}
