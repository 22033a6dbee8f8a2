package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of jobs that are cancelled, said in the order in which they were named: each as soon
 * as it is known of all that were named before it. Thread-safe, since Ctrl+C may come at any time.
 */
final class CancelledJobs {
  private final Console console;
  private final boolean inJson;
  private final List<JobJson> named;
  private final Map<Long, JobJson> known = new HashMap<>();
  private int next;
  private Console.@Nullable Closed closed;

  /**
   * For one call.
   *
   * @param named as they were before
   */
  CancelledJobs(Console console, boolean inJson, List<JobJson> named) {
    this.console = console;
    this.inJson = inJson;
    this.named = named;
  }

  synchronized void add(JobJson after) {
    known.put(after.number(), after);
    while (next < named.size() && known.containsKey(named.get(next).number())) {
      say(named.get(next++));
    }
  }

  /** Says what waits for others to be known, and nothing from then on; answers how many are. */
  synchronized int sayTheRest() {
    while (next < named.size()) {
      say(named.get(next++));
    }
    return known.size();
  }

  /**
   * Says at last that nobody could be told.
   *
   * @throws Console.Closed when standard output took no more
   */
  synchronized void checkSaid() {
    if (closed != null) {
      throw closed;
    }
  }

  private void say(JobJson before) {
    JobJson after = known.get(before.number());
    if (after == null || closed != null) {
      return;
    }
    try {
      console.line(inJson ? Json.write(after.toMap()) : after.number() + " " + outcome(after));
    } catch (Console.Closed e) {
      closed = e; // the others are to be cancelled all the same
      return;
    }
    if (before.isFinal()) {
      console.hint("job " + before.number() + " had ended before");
    }
  }

  private static String outcome(JobJson job) {
    return job.isFinal() ? job.state().toLowerCase(Locale.ROOT) : "stopping";
  }
}
