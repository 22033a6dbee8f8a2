package dev.bide.cli;

import dev.bide.api.JobJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The jobs that a person means: {@code 12}, {@code 1840-1850}, a uuid or its first eight
 * characters, {@code last}, or {@code -} for one a line on standard input.
 */
final class Selectors {
  private static final int WIDEST_RANGE = 10_000;

  private final Api api;
  private final Console console;
  private final Call call;

  Selectors(Call call) throws Trouble {
    this.call = call;
    this.api = call.api();
    this.console = call.console();
  }

  /**
   * What was selected.
   *
   * @param jobs each once, in the order they were named
   * @param ranged true when a range named some of them
   */
  record Selected(List<JobJson> jobs, boolean ranged) {}

  /** Exactly one job. */
  JobJson one(String verb) throws Trouble {
    List<String> words =
        call.neededWords(
            "which job? "
                + call.name()
                + " "
                + verb
                + " NUMBER (or last; "
                + call.name()
                + " ls lists them)");
    List<JobJson> jobs = resolve(words).jobs();
    if (jobs.size() != 1) {
      throw Trouble.usage(verb + " takes one job, not " + jobs.size());
    }
    return jobs.get(0);
  }

  /** One job or more. */
  Selected many(String verb) throws Trouble {
    return resolve(
        call.neededWords(
            "which job? "
                + call.name()
                + " "
                + verb
                + " NUMBER… (or last; "
                + call.name()
                + " ls lists them)"));
  }

  private Selected resolve(List<String> words) throws Trouble {
    Map<Long, JobJson> found = new LinkedHashMap<>();
    boolean ranged = false;
    for (String word : words) {
      if (word.equals("-")) {
        List<String> lines = firstWords(console.readAll());
        if (lines.isEmpty()) {
          throw Trouble.usage("no job on standard input");
        }
        for (String line : lines) {
          add(found, single(line));
        }
      } else if (isRange(word)) {
        ranged = true;
        for (JobJson job : range(word)) {
          add(found, job);
        }
      } else {
        add(found, single(word));
      }
    }
    return new Selected(List.copyOf(found.values()), ranged);
  }

  private static void add(Map<Long, JobJson> found, JobJson job) {
    found.putIfAbsent(job.number(), job);
  }

  /** So that what {@code ls} prints in a pipe can be read back. */
  private static List<String> firstWords(String text) {
    List<String> words = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String stripped = line.strip();
      if (!stripped.isEmpty()) {
        words.add(stripped.split("\\s", 2)[0]);
      }
    }
    return words;
  }

  private JobJson single(String word) throws Trouble {
    if (word.equals("last")) {
      List<JobJson> newest = api.list(Map.of("limit", "1")).jobs();
      if (newest.isEmpty()) {
        throw new Trouble("there is no job (" + call.name() + " add COMMAND adds one)");
      }
      return newest.get(0);
    }
    if (!isNumber(word) && !isUuid(word)) {
      throw Trouble.usage(
          Text.quoted(word)
              + " names no job"
              + Suggestion.hint(
                  word,
                  List.of("last"),
                  ": a number, a range 3-7, a uuid or its first 8 characters, or last"));
    }
    try {
      return api.find(word);
    } catch (Refusal e) {
      throw e.kind().equals("no-such-job") && e.status() == 404 ? noSuchJob(word, e) : e;
    }
  }

  private Trouble noSuchJob(String word, Refusal refusal) throws Trouble {
    if (!isNumber(word)) {
      return refusal;
    }
    List<JobJson> newest = api.list(Map.of("limit", "1")).jobs();
    return new Trouble(
        "no job "
            + word
            + (newest.isEmpty() ? ": there is none" : ": the newest is " + newest.get(0).number())
            + " ("
            + call.name()
            + " ls)",
        refusal);
  }

  private List<JobJson> range(String word) throws Trouble {
    int dash = word.indexOf('-');
    long first = number(word.substring(0, dash));
    long last = number(word.substring(dash + 1));
    if (last < first) {
      throw Trouble.usage(
          "the range " + word + " is empty: did you mean " + last + "-" + first + "?");
    }
    if (last - first >= WIDEST_RANGE) {
      throw Trouble.usage("the range " + word + " is wider than " + WIDEST_RANGE + " jobs");
    }
    List<JobJson> jobs = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      try {
        jobs.add(api.find(number, 0));
      } catch (Refusal e) {
        if (e.status() == 404) {
          break; // numbers are given in order: nothing follows
        }
        if (e.status() != 410) {
          throw e;
        }
      }
    }
    if (jobs.isEmpty()) {
      throw new Trouble("no job in " + word + " (" + call.name() + " ls)");
    }
    return jobs;
  }

  private static long number(String digits) throws Trouble {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw Trouble.usage(digits + " is no number of a job");
    }
  }

  static boolean isNumber(String word) {
    return !word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  static boolean isRange(String word) {
    int dash = word.indexOf('-');
    return dash > 0
        && isNumber(word.substring(0, dash))
        && isNumber(word.substring(dash + 1))
        && word.length() < 36;
  }

  static boolean isUuid(String word) {
    return word.length() >= 8
        && word.length() <= 36
        && word.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '-');
  }
}
