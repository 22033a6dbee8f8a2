package dev.bide.server;

import dev.bide.job.Job;
import dev.bide.job.Program;
import dev.bide.job.State;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One line of a {@code job_queue.txt}: {@code UUID path parameter STATUS}, with one blank between
 * them. Pure.
 *
 * @param parameter empty when there is none
 * @param state PENDING, RUNNING or COMPLETED: the file knows no other
 */
record OldLine(UUID uuid, String path, String parameter, State state) {
  private static final String PYTHON = "python3";
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern BLANK = Pattern.compile("[\\s\\u0085\\u2028\\u2029]");

  /** A line that is none, with the reason. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /** Reads one; a parameter may hold blanks, since the first two and the last word are known. */
  static OldLine parse(String line) throws Malformed {
    String whole = line.strip();
    int first = whole.indexOf(' ');
    int last = whole.lastIndexOf(' ');
    int second = first < 0 ? -1 : whole.indexOf(' ', first + 1);
    if (second < 0) {
      throw new Malformed("it is not UUID path parameter STATUS");
    }
    String uuid = whole.substring(0, first).toLowerCase(Locale.ROOT);
    if (!UUID_TEXT.matcher(uuid).matches()) {
      throw new Malformed("it does not begin with a uuid");
    }
    String path = whole.substring(first + 1, second);
    if (path.isEmpty()) {
      throw new Malformed("it names no program");
    }
    String parameter = second == last ? "" : whole.substring(second + 1, last);
    return new OldLine(UUID.fromString(uuid), path, parameter, state(whole.substring(last + 1)));
  }

  private static State state(String word) throws Malformed {
    return switch (word) {
      case "PENDING" -> State.PENDING;
      case "RUNNING" -> State.RUNNING;
      case "COMPLETED" -> State.COMPLETED;
      default -> throw new Malformed("it does not end in PENDING, RUNNING or COMPLETED");
    };
  }

  /** What runs: the old program put {@code python} in front of everything. */
  List<String> command() {
    if (path.endsWith(".py")) {
      return parameter.isEmpty() ? List.of(PYTHON, path) : List.of(PYTHON, path, parameter);
    }
    return parameter.isEmpty() ? List.of(path) : List.of(path, parameter);
  }

  /**
   * A job as a line, if the old program could have read it: a line without a parameter broke it.
   */
  static Optional<OldLine> of(Job job) {
    State state = job.state();
    boolean known = state == State.PENDING || state == State.RUNNING || state == State.COMPLETED;
    if (!known || !(job.program() instanceof Program.Argv argv)) {
      return Optional.empty();
    }
    List<String> words = argv.words();
    boolean python =
        words.get(0).equals(PYTHON) && words.size() > 1 && words.get(1).endsWith(".py");
    List<String> rest = python ? words.subList(1, words.size()) : words;
    boolean fits =
        rest.size() == 2
            && (python || !rest.get(0).endsWith(".py"))
            && rest.stream().noneMatch(word -> word.isEmpty() || BLANK.matcher(word).find());
    return fits
        ? Optional.of(new OldLine(job.uuid(), rest.get(0), rest.get(1), state))
        : Optional.empty();
  }

  /** The line, without its end. */
  String text() {
    return uuid + " " + path + " " + parameter + " " + state;
  }
}
