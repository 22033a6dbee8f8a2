package dev.bide.server;

import dev.bide.Bide;
import dev.bide.engine.Refused;
import dev.bide.job.Job;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** One job by what stands in a path: its number, its uuid, or eight characters of it and more. */
public final class Selector {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern UUID_WHOLE =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern UUID_START = Pattern.compile("[0-9a-f]{8}[0-9a-f-]{0,27}");

  private Selector() {}

  /**
   * Finds it.
   *
   * @throws Refused when there is none, or it was removed
   * @throws Problem 404 when several fit or it can be no job at all
   */
  public static Job find(Bide bide, String said) {
    String word = said.toLowerCase(Locale.ROOT);
    if (NUMBER.matcher(word).matches() && !word.startsWith("0")) {
      return bide.find(Long.parseLong(word));
    }
    if (UUID_WHOLE.matcher(word).matches()) {
      return bide.find(UUID.fromString(word));
    }
    if (UUID_START.matcher(word).matches() && !DIGITS.matcher(word).matches()) {
      List<Job> found = bide.findByPrefix(word);
      if (found.size() == 1) {
        return found.get(0);
      }
      throw noSuchJob(
          found.isEmpty()
              ? "no job has a uuid that starts with " + word
              : "several jobs have a uuid that starts with " + word + ": give more of it");
    }
    throw noSuchJob(
        DIGITS.matcher(word).matches()
            ? "no job has this number"
            : "a job is named by its number, its uuid, or at least 8 characters of its uuid");
  }

  private static Problem noSuchJob(String detail) {
    return new Problem(404, "no-such-job", "There is no such job", detail);
  }
}
