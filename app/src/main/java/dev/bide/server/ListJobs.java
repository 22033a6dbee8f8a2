package dev.bide.server;

import dev.bide.api.JobJson;
import dev.bide.job.State;
import dev.bide.store.JobFilter;
import dev.bide.store.Page;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** GET /jobs: pages of jobs, newest first. */
final class ListJobs {
  private static final int MOST = 1_000;
  private static final int USUAL = 100;

  /**
   * A command line may have 4 MB: so many jobs are read at a time, and a page with so many
   * characters of them is long enough, however many jobs were asked for.
   */
  private static final int SLICE = 100;

  private static final long MOST_CHARACTERS = 4 << 20;

  private final Parts parts;

  ListJobs(Parts parts) {
    this.parts = parts;
  }

  void register(RoutesConfig routes) {
    routes.get(Api.ROOT + "/jobs", this::list);
  }

  private void list(Context context) {
    Query.only(context, List.of("state", "queue", "limit", "after"));
    int limit = Query.number(context, "limit", 1, MOST, USUAL);
    JobFilter filter = new JobFilter(states(context), queue(context, parts));
    List<Object> jobs = new ArrayList<>();
    String next = context.queryParam("after");
    long characters = 0;
    do {
      Page page = page(filter, next, Math.min(SLICE, limit - jobs.size()));
      for (JobJson job : parts.view().of(page.jobs())) {
        jobs.add(job.toMap());
        characters += job.commandLine().length();
      }
      next = page.next();
    } while (next != null && jobs.size() < limit && characters < MOST_CHARACTERS);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("jobs", jobs);
    answer.put("next", next);
    Answers.json(context, 200, answer);
  }

  private Page page(JobFilter filter, @Nullable String after, int limit) {
    try {
      return parts.bide().list(filter, after, limit);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("after", "is not what an earlier answer had as next");
    }
  }

  static Set<State> states(Context context) {
    Set<State> states = EnumSet.noneOf(State.class);
    List<String> known = Arrays.stream(State.values()).map(State::name).toList();
    for (String word : Query.words(context, "state")) {
      String name = word.toUpperCase(Locale.ROOT);
      if (!known.contains(name)) {
        String hint = DidYouMean.hint(word, known);
        throw Problem.invalid(
            "state",
            "there is no such state"
                + (hint.isEmpty() ? ": there are " + String.join(", ", known) : hint));
      }
      states.add(State.valueOf(name));
    }
    return states;
  }

  static @Nullable String queue(Context context, Parts parts) {
    String name = context.queryParam("queue");
    if (name == null) {
      return null;
    }
    Set<String> known = new TreeSet<>();
    parts.bide().queues().forEach(queue -> known.add(queue.settings().name()));
    if (!known.contains(name)) {
      String hint = DidYouMean.hint(name, known);
      throw Problem.invalid(
          "queue",
          "there is no queue "
              + name
              + (hint.isEmpty() ? ": there is " + String.join(", ", known) : hint));
    }
    return name;
  }
}
