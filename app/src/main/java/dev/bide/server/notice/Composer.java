package dev.bide.server.notice;

import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.log.LastLine;
import dev.bide.notice.Notice;
import dev.bide.notice.Notice.Fact;
import dev.bide.notice.NoticeEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts notices into words. Safe from any thread. */
public final class Composer {
  private static final int MOST_LISTED = 50;
  private static final Set<String> NUMBERS =
      Set.of(
          Fact.JOB,
          Fact.ATTEMPT,
          Fact.EXIT_CODE,
          Fact.SIGNAL,
          Fact.SECONDS,
          Fact.PENDING,
          Fact.RUNNING);

  private final String url;
  private final Function<Notice, List<String>> lastLines;

  /**
   * With what it cannot know by itself.
   *
   * @param url of the page, without a slash at the end
   * @param lastLines of the log that a notice is about
   */
  Composer(String url, Function<Notice, List<String>> lastLines) {
    this.url = url;
    this.lastLines = lastLines;
  }

  Message one(Notice notice) {
    boolean logToo = notice.event() == NoticeEvent.END || notice.event() == NoticeEvent.FAILURE;
    return new Message(
        notice.id().toString(),
        notice.at(),
        notice.event(),
        isBad(notice),
        title(notice),
        detail(notice),
        logToo ? lastLines.apply(notice) : List.of(),
        notice.job() == null ? url + "/" : url + "/jobs/" + notice.job(),
        facts(notice));
  }

  /** Several in one message. */
  Message together(UUID id, List<Notice> notices) {
    List<String> lines = new ArrayList<>();
    List<Object> all = new ArrayList<>();
    long bad = notices.stream().filter(Composer::isBad).count();
    for (Notice notice : notices) {
      if (lines.size() < MOST_LISTED) {
        lines.add(title(notice));
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", notice.id().toString());
      one.put("event", notice.event().word());
      one.put("at", notice.at().toString());
      one.put("title", title(notice));
      one.put("facts", facts(notice));
      all.add(one);
    }
    if (notices.size() > MOST_LISTED) {
      lines.add("and " + (notices.size() - MOST_LISTED) + " more");
    }
    Notice last = notices.get(notices.size() - 1);
    return new Message(
        id.toString(),
        last.at(),
        bad > 0 ? NoticeEvent.FAILURE : last.event(),
        bad > 0,
        notices.size()
            + (notices.size() == 1 ? " notice" : " notices")
            + (bad == 0 ? "" : ", " + bad + " of trouble"),
        "",
        lines,
        url + "/",
        Map.of(Message.TOGETHER, all));
  }

  /** What has happened to what, in one line of text that nothing acts on. */
  public static String title(Notice notice) {
    return LastLine.plain(words(notice));
  }

  private static String words(Notice notice) {
    return switch (notice.event()) {
      case START -> job(notice) + " has started";
      case END, FAILURE -> job(notice) + " " + ending(notice);
      case EMPTY -> "queue " + notice.fact(Fact.QUEUE) + " is empty";
      case MISSED -> "schedule " + notice.fact(Fact.SCHEDULE) + " left out a run";
    };
  }

  private static String job(Notice notice) {
    String name = notice.fact(Fact.NAME);
    return "job " + notice.fact(Fact.JOB) + (name == null ? "" : " (" + name + ")");
  }

  private static String ending(Notice notice) {
    State state = state(notice);
    if (state == null) {
      return "has ended";
    }
    String code = notice.fact(Fact.EXIT_CODE);
    return switch (state) {
      case COMPLETED -> "completed";
      case CANCELLED -> "was cancelled";
      case TIMEOUT -> "ran out of time";
      case LOST -> "is lost: how it ended is not known";
      case FAILED ->
          Reason.START_FAILED.name().equals(notice.fact(Fact.REASON))
              ? "could not be started"
              : "failed" + (code == null ? "" : " with exit code " + code);
      case PENDING, RUNNING -> "has ended";
    };
  }

  private static boolean isBad(Notice notice) {
    State state = state(notice);
    return notice.event() == NoticeEvent.FAILURE
        || notice.event() == NoticeEvent.MISSED
        || (state != null && state.isFailure());
  }

  /** Null where it tells of no job, or a later version wrote a state that this one has not. */
  private static @Nullable State state(Notice notice) {
    String word = notice.fact(Fact.STATE);
    for (State state : State.values()) {
      if (state.name().equals(word)) {
        return state;
      }
    }
    return null;
  }

  private static String detail(Notice notice) {
    List<String> parts = new ArrayList<>();
    add(parts, notice.fact(Fact.COMMAND));
    String seconds = notice.fact(Fact.SECONDS);
    if (seconds != null) {
      parts.add("ran " + duration(Duration.ofSeconds(Long.parseLong(seconds))));
    }
    if (notice.event() == NoticeEvent.MISSED || notice.fact(Fact.EXIT_CODE) == null) {
      add(parts, notice.fact(Fact.MESSAGE)); // otherwise it is the last line of the log
    }
    return LastLine.plain(String.join("; ", parts));
  }

  private static void add(List<String> parts, @Nullable String part) {
    if (part != null) {
      parts.add(part);
    }
  }

  private static String duration(Duration time) {
    if (time.toMinutes() == 0) {
      return time.toSeconds() + " s";
    }
    return time.toHours() == 0
        ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
        : String.format(Locale.ROOT, "%d h %d min", time.toHours(), time.toMinutesPart());
  }

  private static Map<String, Object> facts(Notice notice) {
    Map<String, Object> facts = new LinkedHashMap<>();
    notice
        .facts()
        .forEach((name, value) -> facts.put(name, NUMBERS.contains(name) ? number(value) : value));
    return facts;
  }

  private static Object number(String value) {
    try {
      return Long.valueOf(value);
    } catch (NumberFormatException e) {
      return value;
    }
  }
}
