package dev.bide.server.page;

import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.Reason;
import dev.bide.job.Status;
import dev.bide.queue.Situation.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, reasons and endings in words. The module {@code time.js} says durations the same way.
 */
public final class Wording {
  private static final Map<Integer, String> SIGNALS =
      Map.ofEntries(
          Map.entry(1, "SIGHUP"),
          Map.entry(2, "SIGINT"),
          Map.entry(3, "SIGQUIT"),
          Map.entry(4, "SIGILL"),
          Map.entry(6, "SIGABRT"),
          Map.entry(7, "SIGBUS"),
          Map.entry(8, "SIGFPE"),
          Map.entry(9, "SIGKILL"),
          Map.entry(10, "SIGUSR1"),
          Map.entry(11, "SIGSEGV"),
          Map.entry(12, "SIGUSR2"),
          Map.entry(13, "SIGPIPE"),
          Map.entry(14, "SIGALRM"),
          Map.entry(15, "SIGTERM"),
          Map.entry(24, "SIGXCPU"),
          Map.entry(25, "SIGXFSZ"));

  private Wording() {}

  /** How long something took that is over: as {@link #duration}, with tenths below ten seconds. */
  static String took(Duration duration) {
    long millis = Math.max(0, duration.toMillis());
    if (millis < 50) {
      return "< 0.1\u00a0s";
    }
    return millis < 9_950
        ? String.format(Locale.ROOT, "%.1f\u00a0s", millis / 1_000.0)
        : duration(duration);
  }

  /** As people say it: {@code 12 s}, {@code 3 min 04 s}, {@code 2 h 10 min}, {@code 2 d 04 h}. */
  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + "\u00a0s";
    }
    if (seconds < 3_600) {
      return String.format(Locale.ROOT, "%d\u00a0min %02d\u00a0s", seconds / 60, seconds % 60);
    }
    if (seconds < 86_400) {
      return String.format(
          Locale.ROOT, "%d\u00a0h %02d\u00a0min", seconds / 3_600, seconds % 3_600 / 60);
    }
    return String.format(
        Locale.ROOT, "%d\u00a0d %02d\u00a0h", seconds / 86_400, seconds % 86_400 / 3_600);
  }

  /** Bytes in decimal units, as disks are sold. */
  static String size(long bytes) {
    if (bytes < 1_000) {
      return bytes == 1 ? "1 byte" : bytes + " bytes";
    }
    double value = bytes;
    for (String unit : new String[] {"kB", "MB", "GB"}) {
      value /= 1_000;
      if (value < 999.5) {
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, unit);
      }
    }
    return String.format(Locale.ROOT, "%.1f TB", value / 1_000);
  }

  /**
   * An instant for people who have no JavaScript: the date, the minute and the zone, which is UTC.
   */
  public static String instant(Instant instant) {
    String iso = instant.toString();
    return iso.substring(0, 10) + " " + iso.substring(11, 16) + " UTC";
  }

  /** The same to the second. */
  public static String exactInstant(Instant instant) {
    String iso = instant.toString();
    return iso.substring(0, 10) + " " + iso.substring(11, 19) + " UTC";
  }

  /** {@code 1 job}, {@code 2 jobs}. */
  static String count(long count, String one) {
    return String.format(Locale.ENGLISH, "%,d %s%s", count, one, count == 1 ? "" : "s");
  }

  /** Why a job waits, and how far it is from its turn. */
  static String waits(Wait wait) {
    if (wait.mayStart()) {
      return "starts now";
    }
    if (wait.reason() == Reason.BEGIN_TIME) {
      return why(wait.reason()); // no other job decides when it starts
    }
    String place =
        wait.position() == 1
            ? "next in line"
            : "position " + wait.position() + ", " + (wait.position() - 1) + " ahead";
    return why(wait.reason()) + " · " + place;
  }

  /** The same, with what went wrong when it was to be started last. */
  static String waits(Wait wait, Job job) {
    String message = job.status() instanceof Status.Pending pending ? pending.message() : null;
    return message == null ? waits(wait) : waits(wait) + ": " + message;
  }

  private static String why(Reason reason) {
    return switch (reason) {
      case SLOTS -> "waits for a free slot";
      case QUEUE_PAUSED -> "the queue is paused";
      case LOW_DISK -> "nothing starts: the disk is nearly full";
      case NODE_TROUBLE -> "the machine could not start it; it is tried again soon";
      case DRAINING -> "the server was told to start nothing more until it is restarted";
      case BEGIN_TIME -> "waits for its time";
      case DEPENDENCY -> "waits for another job";
      case HELD -> "held";
      case PRIORITY -> "a slot is kept for a bigger job ahead";
      case RETRY_BACKOFF -> "waits before the next try";
      default -> "waits (" + reason.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
    };
  }

  /** How a job ended in a few words, for the table; a dash while it has not. */
  static String result(Job job) {
    if (!(job.status() instanceof Status.Ended ended)) {
      return "–";
    }
    Ending ending = ended.ending();
    if (ending.reason() == Reason.START_FAILED) {
      return "did not start";
    }
    if (ending.reason() == Reason.IMPORTED && ending.exitCode() == null) {
      return "imported";
    }
    Integer exitCode = ending.exitCode();
    return exitCode == null ? "–" : code(exitCode, ending.signal());
  }

  /** What an exit code says: the number, and what it probably means. */
  static String code(int exitCode, @Nullable Integer signal) {
    if (signal != null) {
      return "signal " + signal + nameOf(signal, " (%s)");
    }
    return "exit " + exitCode + (exitCode > 128 ? nameOf(exitCode - 128, " (%s?)") : "");
  }

  private static String nameOf(int signal, String shape) {
    String name = SIGNALS.get(signal);
    return name == null ? "" : String.format(shape, name);
  }

  /** What an exit code means, or null where the number says all that is known. */
  static @Nullable String meaning(int exitCode, @Nullable Integer signal) {
    if (signal != null) {
      return "ended by a signal";
    }
    return switch (exitCode) {
      case 0 -> "success";
      case 126 -> "by custom: found, but could not be run";
      case 127 -> "by custom: a command was not found";
      case 130 -> "by custom: interrupted (Ctrl+C)";
      case 137 -> "by custom: killed; often for want of memory";
      case 139 -> "by custom: crashed (bad memory access)";
      case 143 -> "by custom: asked to end";
      default -> null;
    };
  }

  /** Why a job ended as it did, where the state alone does not say it; else null. */
  static @Nullable String ended(@Nullable Reason reason) {
    if (reason == null) {
      return null;
    }
    return switch (reason) {
      case CANCELLED_BY_USER -> "cancelled by a person";
      case SERVER_STOP -> "ended because the server was told to stop its jobs";
      case START_FAILED -> "it could not be started";
      case OUT_OF_MEMORY -> "killed for want of memory";
      case TIME_LIMIT -> "ran longer than allowed";
      case UNKNOWN_EXIT -> "how it ended is not known";
      case REBOOT -> "the machine restarted while it ran";
      case NODE_LOST -> "the machine it ran on is gone";
      case IMPORTED -> "taken over from an old queue file";
      case DEPENDENCY_FAILED -> "a job it needed did not succeed";
      case DEADLINE -> "it could not start in time";
      default -> null;
    };
  }
}
