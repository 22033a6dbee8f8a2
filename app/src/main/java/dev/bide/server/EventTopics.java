package dev.bide.server;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a client wants to hear of.
 *
 * @param jobs every job and queue
 * @param schedules every schedule
 * @param notices how far notices are
 * @param numbers jobs of which also the log's growth is told
 */
record EventTopics(boolean jobs, boolean schedules, boolean notices, Set<Long> numbers) {
  private static final int MOST = 100;

  EventTopics {
    numbers = Set.copyOf(numbers);
  }

  /** From {@code jobs,job:12}; nothing said means {@code jobs}. */
  static EventTopics parse(List<String> words) {
    if (words.isEmpty()) {
      return new EventTopics(true, false, false, Set.of());
    }
    boolean jobs = false;
    boolean schedules = false;
    boolean notices = false;
    Set<Long> numbers = new HashSet<>();
    for (String word : words) {
      if (word.equals("jobs")) {
        jobs = true;
      } else if (word.equals("schedules")) {
        schedules = true;
      } else if (word.equals("notices")) {
        notices = true;
      } else if (word.matches("job:[1-9][0-9]{0,17}") && numbers.size() < MOST) {
        numbers.add(Long.parseLong(word.substring(4)));
      } else {
        throw Problem.invalid(
            "topics",
            "has to be jobs, schedules, notices, or job: and a number, at most "
                + MOST
                + " with commas");
      }
    }
    return new EventTopics(jobs, schedules, notices, numbers);
  }

  boolean wants(String kind, long job) {
    return switch (kind) {
      case EventRing.SCHEDULE, EventRing.SCHEDULE_REMOVED -> schedules;
      case EventRing.NOTICES -> notices;
      case EventRing.RESET -> true;
      case EventRing.LOG -> numbers.contains(job);
      default -> jobs || numbers.contains(job);
    };
  }
}
