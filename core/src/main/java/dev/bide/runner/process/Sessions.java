package dev.bide.runner.process;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sessions in which processes of an attempt were met, as long as their numbers mean them: the
 * kernel gives a number anew once the last process of a session has gone, and then it may be that
 * of somebody else's. One thread at a time.
 */
final class Sessions {
  /**
   * A scan is not atomic, and may miss what forks and ends all the time: a session that was not
   * seen in so many is taken to be empty.
   */
  private static final int EMPTY_LOOKS = 5;

  private final Set<Long> numbers = new HashSet<>();
  private final Map<Long, Integer> emptyLooks = new HashMap<>();

  /** Their numbers; may be added to. */
  Set<Long> numbers() {
    return numbers;
  }

  /** To be told of every look at the table; forgets those that are empty. */
  void look(ProcessTable.Snapshot table) {
    emptyLooks.keySet().retainAll(numbers);
    for (Long number : List.copyOf(numbers)) {
      if (!table.session(number).isEmpty()) {
        emptyLooks.remove(number);
      } else if (emptyLooks.merge(number, 1, Integer::sum) >= EMPTY_LOOKS) {
        numbers.remove(number);
        emptyLooks.remove(number);
      }
    }
  }

  /** Whether one of these is in each: then none can have become that of others. */
  boolean areHeldBy(Collection<ProcessTable.Stat> members) {
    return numbers.stream()
        .allMatch(
            number ->
                members.stream()
                    .anyMatch(stat -> stat.session() == number || stat.group() == number));
  }
}
