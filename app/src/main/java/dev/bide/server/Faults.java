package dev.bide.server;

import dev.bide.engine.Refused.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is wrong with one request so far: all of it is said at once. Not thread-safe. */
final class Faults {
  private static final int MOST = 100;

  private final List<FieldError> errors = new ArrayList<>();
  private @Nullable List<String> suggestion;
  private int count;

  void wrong(String field, String message) {
    count++;
    if (errors.size() < MOST) {
      errors.add(new FieldError(field, message));
    }
  }

  /** Notes every field that is none of the known ones. */
  void unknown(Map<?, ?> request, List<String> known, String prefix) {
    for (Object key : request.keySet()) {
      String name = String.valueOf(key);
      if (!known.contains(name)) {
        wrong(prefix + name, RequestBody.unknown(name, known));
      }
    }
  }

  /** Notes the command that was probably meant; the first one is told. */
  void meant(List<String> command) {
    if (suggestion == null) {
      suggestion = command;
    }
  }

  /** How much is wrong: compare two of them to see whether something was added. */
  int count() {
    return count;
  }

  /**
   * The end of reading.
   *
   * @throws Problem 422 when something is wrong
   */
  void refuse() {
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors, suggestion);
    }
  }
}
