package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code ls}: the jobs, newest first. */
final class LsVerb implements Verb {
  private static final List<String> ACTIVE = List.of("PENDING", "RUNNING");
  private static final List<String> FINAL =
      List.of("COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "LOST");
  private static final Duration RECENT = Duration.ofHours(24);
  private static final int LINES_FOR_PEOPLE = 100;
  private static final int PAGE = 1000;

  /** How many older jobs are looked at for one that ran long and ended lately. */
  private static final int PAGES_BEHIND = 5;

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "ls",
            "Lists the jobs that wait, run, or ended in the last 24 hours.",
            Option.flag("all", 'a', "all of them"),
            Option.value("state", null, "A,B", "only those in these states"),
            Option.value("queue", null, "NAME", "only those of this queue"),
            Option.value("limit", null, "N", "the newest N"),
            Option.flag("quiet", 'q', "the numbers alone"))
        .withDetails(
            "In a pipe, separated by tabs: number, state, exit code, queue, submitted, seconds,"
                + " command line.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    Console console = call.console();
    Instant now = Instant.now();
    Integer asked = call.arguments().number("limit", 1, Integer.MAX_VALUE);
    boolean people = call.forPeople() && !call.arguments().has("quiet");
    int limit = asked != null ? asked : people ? LINES_FOR_PEOPLE : Integer.MAX_VALUE;
    List<JobJson> jobs = find(call, now, limit == Integer.MAX_VALUE ? limit : limit + 1);
    boolean more = jobs.size() > limit;
    List<JobJson> shown = more ? jobs.subList(0, limit) : jobs;
    if (call.arguments().has("quiet")) {
      shown.forEach(job -> console.line(Long.toString(job.number())));
    } else if (call.format() == Call.Format.JSON) {
      console.line(Json.write(shown.stream().map(JobJson::toMap).toList()));
    } else if (call.format() == Call.Format.JSONL) {
      shown.forEach(job -> console.line(Json.write(job.toMap())));
    } else if (people) {
      table(call, shown, now);
      if (more && asked == null) {
        console.hint("(only the newest " + limit + "; --limit N shows more)");
      }
    } else {
      StringBuilder lines = new StringBuilder();
      shown.forEach(job -> lines.append(JobTable.fields(job, now)).append('\n'));
      console.text(lines.toString());
    }
    return 0;
  }

  private static void table(Call call, List<JobJson> jobs, Instant now) throws Trouble {
    Console console = call.console();
    if (jobs.isEmpty()) {
      boolean narrowed = call.arguments().has("state") || call.arguments().has("queue");
      console.hint(
          call.arguments().has("all") || narrowed
              ? "no such jobs"
              : "no jobs wait, run, or ended in the last 24 hours ("
                  + call.name()
                  + " ls -a shows all)");
      return;
    }
    JobWords words = new JobWords(console);
    StringBuilder text = new StringBuilder();
    new JobTable(words, console.columns(), now, ZoneId.systemDefault())
        .lines(jobs)
        .forEach(line -> text.append(line).append('\n'));
    for (Api.Queue queue : call.api().queues()) {
      text.append(words.faint(QueueVerb.sentence(queue))).append('\n');
    }
    console.text(text.toString());
  }

  private static List<JobJson> find(Call call, Instant now, int limit) throws Trouble {
    Arguments arguments = call.arguments();
    Api api = call.api();
    String queue = arguments.value("queue");
    String states = arguments.value("state");
    if (states != null) {
      return pages(api, checked(states), queue, limit);
    }
    if (arguments.has("all")) {
      return pages(api, null, queue, limit);
    }
    List<JobJson> jobs = new ArrayList<>(pages(api, String.join(",", ACTIVE), queue, limit));
    jobs.addAll(ended(api, queue, now.minus(RECENT), limit));
    jobs.sort(Comparator.comparingLong(JobJson::number).reversed());
    return jobs.size() > limit ? jobs.subList(0, limit) : jobs;
  }

  private static List<JobJson> pages(
      Api api, @Nullable String states, @Nullable String queue, int limit) throws Trouble {
    List<JobJson> jobs = new ArrayList<>();
    String next = null;
    do {
      Api.Listed page = api.list(query(states, queue, Math.min(PAGE, limit - jobs.size()), next));
      jobs.addAll(page.jobs());
      next = page.next();
    } while (next != null && jobs.size() < limit);
    return jobs;
  }

  /** Jobs come by number; one that ran for days stands far behind those that ended with it. */
  private static List<JobJson> ended(Api api, @Nullable String queue, Instant since, int limit)
      throws Trouble {
    List<JobJson> jobs = new ArrayList<>();
    String next = null;
    int behind = 0;
    do {
      int size = limit == Integer.MAX_VALUE ? PAGE : Math.max(100, Math.min(PAGE, limit));
      Api.Listed page = api.list(query(String.join(",", FINAL), queue, size, next));
      boolean all = true;
      for (JobJson job : page.jobs()) {
        Instant end = job.endedAt();
        if (end != null && end.isAfter(since)) {
          jobs.add(job);
        }
        all &= job.submittedAt().isAfter(since);
      }
      behind += all ? 0 : 1;
      next = page.next();
    } while (next != null && jobs.size() < limit && behind <= PAGES_BEHIND);
    return jobs;
  }

  private static Map<String, String> query(
      @Nullable String states, @Nullable String queue, int limit, @Nullable String after) {
    Map<String, String> query = new LinkedHashMap<>();
    if (states != null) {
      query.put("state", states);
    }
    if (queue != null) {
      query.put("queue", queue);
    }
    query.put("limit", Integer.toString(limit));
    if (after != null) {
      query.put("after", after);
    }
    return query;
  }

  private static String checked(String states) throws Trouble {
    TreeSet<String> known = new TreeSet<>(ACTIVE);
    known.addAll(FINAL);
    List<String> wanted = new ArrayList<>();
    for (String one : states.toUpperCase(Locale.ROOT).split(",", -1)) {
      String state = one.strip();
      if (!known.contains(state)) {
        throw Trouble.usage(
            "no state "
                + Text.quoted(one.strip())
                + Suggestion.hint(state, known, ": " + String.join(", ", known)));
      }
      wanted.add(state);
    }
    return String.join(",", wanted);
  }
}
