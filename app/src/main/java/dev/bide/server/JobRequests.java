package dev.bide.server;

import dev.bide.Bide;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.job.SpecCheck;
import dev.bide.job.Terms;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.QueueSettings;
import dev.bide.runner.process.ProgramLookup;
import dev.bide.runner.process.Suggestion;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns what was asked for into jobs that can be run, or says of each field what is wrong with it.
 * Safe from any thread.
 */
public final class JobRequests {
  static final int MOST_JOBS = 1_000;
  static final int DEFAULT_UMASK = 0022;

  /** Where a program is looked for when the job has no PATH (execvp(3)). */
  private static final String DEFAULT_PATH = "/bin:/usr/bin";

  /** Variables of one list together: they are held in memory until all are on disk. */
  private static final long MOST_VARIABLES_IN_LIST = 1_000_000;

  private static final String BEGIN = "beginAt";

  private static final List<String> FIELDS =
      List.of(
          "command",
          "shell",
          "directory",
          "name",
          "queue",
          "environment",
          "inheritEnvironment",
          "umask",
          NoticeRequests.FIELD,
          BEGIN);

  private final Bide bide;
  private final BaseEnvironment base;
  private final String startDirectory;
  private final NoticeRequests noticeRequests;

  JobRequests(
      Bide bide, BaseEnvironment base, String startDirectory, NoticeRequests noticeRequests) {
    this.noticeRequests = noticeRequests;
    this.bide = bide;
    this.base = base;
    this.startDirectory = startDirectory;
  }

  /**
   * One job.
   *
   * @param request the fields of the JSON object
   * @throws Problem 422 that names every field that is wrong
   */
  public JobSpec one(Map<?, ?> request) {
    Reading reading = new Reading(new Faults(), NoticeRequests.OF_JOBS);
    JobSpec spec = reading.job(request, "");
    return reading.checked(spec == null ? List.of() : List.of(spec)).get(0);
  }

  /**
   * What each run of a schedule is: a job that does not say when.
   *
   * @param had what it was so far, or null for a new one: rules that it had are taken again, though
   *     nothing can be sent there any more
   * @param faults gets what is wrong
   * @return null when something is
   */
  @Nullable JobSpec template(
      Map<?, ?> request, String prefix, @Nullable JobSpec had, Faults faults) {
    if (request.containsKey(BEGIN)) {
      faults.wrong(prefix + BEGIN, "the schedule says when: leave it out");
      return null;
    }
    Reading reading = new Reading(faults, NoticeRequests.OF_SCHEDULES);
    if (had != null) {
      reading.hadRules = had.terms().notices();
    }
    return reading.job(request, prefix);
  }

  /** The jobs of a list, each of them filled up by the defaults. */
  List<JobSpec> list(Map<?, ?> request) {
    Reading reading = new Reading(new Faults(), NoticeRequests.OF_JOBS);
    reading.unknown(request, List.of("defaults", "jobs"), "");
    Map<?, ?> defaults = Map.of();
    Object said = request.get("defaults");
    if (said instanceof Map<?, ?> map) {
      defaults = map;
      reading.unknown(defaults, FIELDS, "defaults.");
    } else if (said != null) {
      reading.wrong("defaults", "is no object");
    }
    List<JobSpec> specs = new ArrayList<>();
    if (!(request.get("jobs") instanceof List<?> jobs) || jobs.isEmpty()) {
      throw Problem.invalid("jobs", "is no list of jobs, or an empty one");
    }
    if (jobs.size() > MOST_JOBS) {
      throw Problem.invalid(
          "jobs", "holds " + jobs.size() + " jobs; at most " + MOST_JOBS + " can be sent at once");
    }
    for (int i = 0; i < jobs.size(); i++) {
      String prefix = "jobs[" + i + "].";
      if (jobs.get(i) instanceof Map<?, ?> job) {
        JobSpec spec = reading.job(filledUp(job, defaults), prefix);
        if (spec != null) {
          specs.add(spec);
        }
      } else {
        reading.wrong("jobs[" + i + "]", "is no object");
      }
    }
    return reading.checked(specs);
  }

  private static Map<?, ?> filledUp(Map<?, ?> job, Map<?, ?> defaults) {
    Map<Object, @Nullable Object> all = new LinkedHashMap<>(job);
    boolean program = job.get("command") != null || job.get("shell") != null;
    defaults.forEach(
        (field, value) -> {
          boolean secondProgram = program && (field.equals("command") || field.equals("shell"));
          if (all.get(field) == null && !secondProgram) {
            all.put(field, value);
          }
        });
    return all;
  }

  /** One request being read: what is wrong so far, and what need not be worked out twice. */
  private final class Reading {
    private final Faults faults;
    private final Set<NoticeEvent> events;
    private final IdentityHashMap<Object, Map<String, String>> inherited = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Map<String, String>> alone = new IdentityHashMap<>();
    private final Set<String> queues;
    private List<NoticeRule> hadRules = List.of();
    private long variables;

    Reading(Faults faults, Set<NoticeEvent> events) {
      this.faults = faults;
      this.events = events;
      Set<String> names = new java.util.TreeSet<>();
      bide.queues().forEach(queue -> names.add(queue.settings().name()));
      this.queues = names;
    }

    void wrong(String field, String message) {
      faults.wrong(field, message);
    }

    List<JobSpec> checked(List<JobSpec> specs) {
      faults.refuse();
      return specs;
    }

    void unknown(Map<?, ?> request, List<String> known, String prefix) {
      faults.unknown(request, known, prefix);
    }

    @Nullable JobSpec job(Map<?, ?> request, String prefix) {
      int before = faults.count();
      unknown(request, FIELDS, prefix);
      RequestFields fields = new RequestFields(request, prefix, faults);
      Program program = program(request, prefix);
      String directory = Objects.requireNonNullElse(fields.text("directory"), startDirectory);
      String said = fields.text("name");
      String name = said == null || said.isBlank() ? null : said;
      String queue = Objects.requireNonNullElse(fields.text("queue"), QueueSettings.DEFAULT_NAME);
      if (!queues.contains(queue)) {
        String hint = DidYouMean.hint(queue, queues);
        wrong(
            prefix + "queue",
            "there is no queue "
                + queue
                + (hint.isEmpty() ? ": there is " + String.join(", ", queues) : hint));
      }
      int umask = umask(request, prefix);
      Map<String, String> environment = environment(fields);
      Instant begin = fields.instant(BEGIN);
      String notify = NoticeRequests.FIELD;
      List<NoticeRule> notices =
          noticeRequests.read(request.get(notify), prefix + notify, events, hadRules, faults);
      if (program == null || faults.count() > before) {
        return null;
      }
      Terms terms = (begin == null ? Terms.NONE : Terms.beginAt(begin)).telling(notices);
      JobSpec spec = new JobSpec(program, directory, name, queue, environment, umask, terms);
      for (SpecCheck.Fault fault : SpecCheck.check(spec)) {
        wrong(prefix + fault.field(), fault.message());
      }
      if (faults.count() > before || guessed(spec, prefix)) {
        return null;
      }
      return spec;
    }

    private boolean guessed(JobSpec spec, String prefix) {
      if (!(spec.program() instanceof Program.Argv argv)) {
        return false;
      }
      String path = spec.environment().get("PATH");
      Optional<List<String>> meant = meant(argv.words(), spec.directory(), path);
      if (meant.isEmpty()) {
        return false;
      }
      wrong(
          prefix + "command",
          ProgramLookup.problem(argv, spec.directory(), path).orElse("cannot be run"));
      faults.meant(meant.get());
      return true;
    }

    private static Optional<List<String>> meant(
        List<String> words, String directory, @Nullable String path) {
      try {
        return Suggestion.suggestion(words, Path.of(directory), path == null ? DEFAULT_PATH : path);
      } catch (InvalidPathException e) {
        return Optional.empty();
      }
    }

    private @Nullable Program program(Map<?, ?> request, String prefix) {
      Object command = request.get("command");
      Object shell = request.get("shell");
      if ((command == null) == (shell == null)) {
        wrong(
            prefix + "command",
            command == null
                ? "is missing: give command (a list of words) or shell (a line for /bin/sh)"
                : "stands beside shell: give one of the two");
        return null;
      }
      if (shell != null) {
        if (shell instanceof String line) {
          return new Program.ShellLine(line);
        }
        wrong(prefix + "shell", "is no string");
        return null;
      }
      if (!(command instanceof List<?> list) || list.isEmpty()) {
        wrong(
            prefix + "command",
            command instanceof List<?>
                ? "is empty: it needs at least the program"
                : "is no list of words such as [\"sleep\",\"10\"]");
        return null;
      }
      List<String> words = new ArrayList<>(list.size());
      for (Object word : list) {
        if (!(word instanceof String text)) {
          wrong(prefix + "command", "word " + (words.size() + 1) + " is no string");
          return null;
        }
        words.add(text);
      }
      return new Program.Argv(words);
    }

    /** As people write it, "022", or the number itself. */
    private int umask(Map<?, ?> request, String prefix) {
      Object value = request.get("umask");
      if (value == null) {
        return DEFAULT_UMASK;
      }
      if (value instanceof Integer number) {
        return number;
      }
      if (value instanceof String text && text.matches("[0-7]{1,4}")) {
        return Integer.parseInt(text, 8);
      }
      wrong(prefix + "umask", "is no string of octal digits such as \"0022\", and no number");
      return DEFAULT_UMASK;
    }

    private Map<String, String> environment(RequestFields fields) {
      boolean inherits = !Boolean.FALSE.equals(fields.flag("inheritEnvironment"));
      Object own = fields.request().get("environment");
      if (own != null && !(own instanceof Map<?, ?>)) {
        fields.wrong("environment", "is no object of names and values");
        return Map.of();
      }
      // jobs of a list mostly share what the defaults say: worked out once
      Object identity = own == null ? this : own;
      IdentityHashMap<Object, Map<String, String>> worked = inherits ? inherited : alone;
      Map<String, String> known = worked.get(identity);
      if (known == null) {
        known = base.with(variables((Map<?, ?>) own, fields.prefix()), inherits);
        worked.put(identity, known);
      }
      variables += known.size();
      if (variables > MOST_VARIABLES_IN_LIST) {
        throw Problem.invalid(
            fields.prefix() + "environment",
            "the environments of the list hold more than a million variables together");
      }
      return known;
    }

    private @Nullable Map<String, String> variables(@Nullable Map<?, ?> own, String prefix) {
      if (own == null) {
        return null;
      }
      Map<String, String> read = new TreeMap<>();
      own.forEach(
          (name, value) -> {
            if (value instanceof String text) {
              read.put(String.valueOf(name), text);
            } else {
              wrong(prefix + "environment", "the value of " + name + " is no string");
            }
          });
      return read;
    }
  }
}
