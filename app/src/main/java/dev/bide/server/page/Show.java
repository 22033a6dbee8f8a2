package dev.bide.server.page;

import static java.util.stream.Collectors.joining;

import dev.bide.job.State;
import dev.bide.server.Problem;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which jobs a tab of the list shows. */
enum Show {
  ALL("All"),
  RUNNING("Running"),
  WAITING("Waiting"),
  COMPLETED("Completed"),
  FAILED("Failed"),
  CANCELLED("Cancelled");

  private final String word;

  Show(String word) {
    this.word = word;
  }

  /** The tab that an address names; all jobs where it names none. */
  static Show of(@Nullable String said) {
    for (Show one : values()) {
      if (one.parameter().equals(said)) {
        return one;
      }
    }
    return ALL;
  }

  /** The same, where an address may name a state instead, as one of the API does. */
  static Show asked(@Nullable String show, @Nullable String state) {
    if (show != null || state == null || state.isEmpty()) {
      return of(show);
    }
    for (Show one : values()) {
      if (one.states().stream().anyMatch(each -> each.name().equalsIgnoreCase(state))) {
        return one;
      }
    }
    String known = Arrays.stream(State.values()).map(State::name).collect(joining(", "));
    throw Problem.invalid("state", "there is no such state: there are " + known);
  }

  /** What stands on it. */
  String word() {
    return word;
  }

  /** The states it shows; none means every one. */
  Set<State> states() {
    return switch (this) {
      case ALL -> Set.of();
      case RUNNING -> Set.of(State.RUNNING);
      case WAITING -> Set.of(State.PENDING);
      case COMPLETED -> Set.of(State.COMPLETED);
      case FAILED -> Set.of(State.FAILED, State.TIMEOUT, State.LOST);
      case CANCELLED -> Set.of(State.CANCELLED);
    };
  }

  /** Where its first page is. */
  String href() {
    return this == ALL ? "/jobs" : "/jobs?show=" + parameter();
  }

  private String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
