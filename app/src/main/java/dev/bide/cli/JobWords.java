package dev.bide.cli;

import dev.bide.api.JobJson;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A job in words for a person at a terminal: always a sign, a word and, where wanted, a colour, so
 * that none of them alone carries the meaning.
 */
final class JobWords {
  /** Exit codes, as CONTRACT has them, of verbs that end as their job does. */
  static final int LOST = 122;

  static final int CANCELLED = 123;
  static final int TIMEOUT = 124;
  static final int OWN_TROUBLE = 125;
  static final int CANNOT_RUN = 126;
  static final int NOT_FOUND = 127;

  private static final String[] SIGNALS = {
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  private final boolean unicode;
  private final boolean colors;

  JobWords(Console console) {
    this(console.unicode(), console.colors());
  }

  JobWords(boolean unicode, boolean colors) {
    this.unicode = unicode;
    this.colors = colors;
  }

  /** The exit code of a verb that ends as this final job does. */
  static int exitCode(JobJson job) {
    Integer code = job.exitCode();
    return switch (job.state()) {
      case "COMPLETED" -> 0;
      case "TIMEOUT" -> TIMEOUT;
      case "CANCELLED" -> CANCELLED;
      case "LOST" -> LOST;
      case "FAILED" -> {
        if ("START_FAILED".equals(job.reason())) {
          String message = job.message();
          yield message != null && message.startsWith("program not found: ")
              ? NOT_FOUND
              : CANNOT_RUN;
        }
        yield code == null ? 1 : code;
      }
      default -> OWN_TROUBLE;
    };
  }

  /** Sign and word of its state, without colour. */
  String state(JobJson job) {
    return sign(job) + " " + word(job);
  }

  private String sign(JobJson job) {
    String[] signs =
        switch (job.state()) {
          case "PENDING" -> new String[] {"◌", "."};
          case "RUNNING" ->
              "paused".equals(job.phase()) ? new String[] {"‖", "="} : new String[] {"●", "*"};
          case "COMPLETED" -> new String[] {"✓", "+"};
          case "CANCELLED" -> new String[] {"⊘", "-"};
          case "LOST" -> new String[] {"?", "?"};
          default -> new String[] {"✗", "x"};
        };
    return unicode ? signs[0] : signs[1];
  }

  private static String word(JobJson job) {
    return switch (job.state()) {
      case "PENDING" -> {
        Instant begin = job.beginAt();
        if ("BEGIN_TIME".equals(job.reason()) && begin != null) {
          yield "scheduled " + TimeWords.shortly(begin, ZoneId.systemDefault(), Instant.now());
        }
        yield "QUEUE_PAUSED".equals(job.reason()) ? "pending, paused" : "pending";
      }
      case "RUNNING" -> {
        String phase = job.phase();
        yield phase == null ? "running" : phase;
      }
      case "FAILED" -> {
        if ("START_FAILED".equals(job.reason())) {
          yield "failed to start";
        }
        yield job.exitCode() == null ? "failed" : "failed " + code(job);
      }
      case "TIMEOUT" -> "timed out";
      default -> job.state().toLowerCase(Locale.ROOT);
    };
  }

  /** An exit code; one that looks like a signal says so, and how sure that is. */
  static String code(JobJson job) {
    Integer code = job.exitCode();
    if (code == null) {
      return "";
    }
    int number = code - 128;
    String signal = number > 0 && number < SIGNALS.length ? "SIG" + SIGNALS[number] : null;
    if (signal == null) {
      return code.toString();
    }
    return code + " (" + signal + (job.signal() == null ? "?" : "") + ")";
  }

  /** The text in the colour of the job's state. */
  String colored(JobJson job, String text) {
    String color =
        switch (job.state()) {
          case "RUNNING" -> "paused".equals(job.phase()) ? "33" : "36";
          case "COMPLETED" -> "32";
          case "FAILED", "TIMEOUT", "LOST" -> "31";
          default -> "2";
        };
    return paint(color, text);
  }

  /** Text that stands back. */
  String faint(String text) {
    return paint("2", text);
  }

  String strong(String text) {
    return paint("1", text);
  }

  private String paint(String color, String text) {
    return colors ? "\u001b[" + color + "m" + text + "\u001b[0m" : text;
  }

  String ellipsis() {
    return unicode ? "…" : "...";
  }

  /** How long it ran or has been running; for one that waits, how long it has waited. */
  static Duration time(JobJson job, Instant now) {
    Instant begin = job.startedAt();
    Instant end = job.endedAt();
    if (begin == null) {
      return job.isFinal() ? Duration.ZERO : Duration.between(job.submittedAt(), now);
    }
    return Duration.between(begin, end == null ? now : end);
  }

  /** Why it waits, in words. */
  static String whyItWaits(JobJson job, Api.@Nullable Queue queue) {
    String reason = job.reason();
    String message = job.message();
    if ("SLOTS".equals(reason) && queue != null) {
      Integer position = job.position();
      int ahead = position == null ? queue.pending() - 1 : position - 1;
      return "waits for a slot: "
          + queue.running()
          + " of "
          + queue.slots()
          + " busy, "
          + (ahead <= 0 ? "next in line" : ahead + " ahead");
    }
    if ("QUEUE_PAUSED".equals(reason)) {
      return "waits: the queue " + job.queue() + " is paused (queue resume " + job.queue() + ")";
    }
    if ("DRAINING".equals(reason)) {
      return "waits: the server was told to start nothing more until it is restarted";
    }
    Instant begin = job.beginAt();
    if ("BEGIN_TIME".equals(reason) && begin != null) {
      return "starts " + TimeWords.localAndHowLong(begin, ZoneId.systemDefault(), Instant.now());
    }
    if (message != null) {
      return "waits: " + Text.visible(message);
    }
    return reason == null ? "waits" : "waits: " + reason.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** How it ended, or what it does, in words; empty for one that waits. */
  static String sentence(JobJson job) {
    String message = job.message();
    String because = message == null ? "" : ": " + Text.visible(message);
    return switch (job.state()) {
      case "PENDING" -> "";
      case "RUNNING" -> "runs" + because;
      case "COMPLETED" -> "completed" + because;
      case "TIMEOUT" -> "ran out of time" + because;
      case "CANCELLED" -> "was cancelled" + because;
      case "LOST" ->
          "is lost: how it ended is not known"
              + (message == null ? "" : " (" + Text.visible(message) + ")");
      default ->
          "START_FAILED".equals(job.reason())
              ? "could not be started" + because
              : "failed with exit code " + code(job) + because;
    };
  }
}
