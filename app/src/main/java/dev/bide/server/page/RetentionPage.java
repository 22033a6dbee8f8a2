package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.Retention;
import dev.bide.job.State;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.retention.LogLimit;
import dev.bide.retention.Older;
import dev.bide.retention.Swept;
import dev.bide.server.Parts;
import dev.bide.server.Problem;
import dev.bide.server.RetentionAges;
import dev.bide.server.page.RetentionPageView.Age;
import dev.bide.server.page.RetentionPageView.Fact;
import dev.bide.server.page.RetentionPageView.Gone;
import dev.bide.server.page.RetentionPageView.Setting;
import dev.bide.server.page.RetentionPageView.Share;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The page of what is kept of jobs that have ended, what went, and what can go. */
final class RetentionPage {
  private static final String HREF = SettingsTab.RETENTION.href();

  /** A person waits for the answer; what is left then is said. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Bide bide;
  private final Retention retention;
  private final Paper paper;

  RetentionPage(Parts parts, Paper paper) {
    this.bide = parts.bide();
    this.retention = bide.retention();
    this.paper = paper;
  }

  void show(Context context) {
    Instant now = bide.clock().instant();
    Retention.Report report = retention.report(RetentionAges.instants(now));
    Bide.Room room = bide.room();
    RetentionPageView view =
        new RetentionPageView(
            paper.frame(context, SettingsTab.RETENTION.title(), Paper.NOTICES),
            said(context),
            report.paused() == null ? null : Sentences.of(report.paused()),
            bide.health().lowDisk(),
            kept(report),
            share(report),
            disk(room),
            ages(report.older()),
            settings(report.keep(), room.total()),
            gone(report.swept()),
            report.swept().lastAt(),
            retention.lastSweep());
    paper.write(context, 200, "retention", Map.of("view", view));
  }

  // ---- how much there is

  private static List<Fact> kept(Retention.Report report) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Jobs that have ended", number(report.ended().jobs()), null));
    Held pinned = report.pinned();
    facts.add(
        new Fact(
            "Pinned of them",
            number(pinned.jobs()),
            pinned.jobs() == 0 ? null : Wording.size(pinned.logBytes()) + " of logs"));
    return facts;
  }

  private static Share share(Retention.Report report) {
    long bytes = report.ended().logBytes();
    long limit = report.logLimit();
    if (limit == Long.MAX_VALUE || limit <= 0) {
      return new Share(Wording.size(bytes) + ", without a limit", 0, false);
    }
    int percent = (int) Math.min(100, Math.round(100.0 * bytes / limit));
    return new Share(Wording.size(bytes) + " of " + Wording.size(limit), percent, bytes > limit);
  }

  private static List<Fact> disk(Bide.Room room) {
    return List.of(
        new Fact("Database", Wording.size(room.database()), null),
        new Fact(
            "Free on the disk",
            Wording.size(room.free()),
            "of "
                + Wording.size(room.total())
                + "; below "
                + Wording.size(room.least())
                + " nothing new starts"));
  }

  // ---- what can go

  private static List<Age> ages(List<Held> older) {
    List<Age> ages = new ArrayList<>();
    for (int i = 0; i < RetentionAges.DAYS.size(); i++) {
      int days = RetentionAges.DAYS.get(i);
      Held held = older.get(i);
      ages.add(
          new Age(
              Wording.count(days, "day"),
              number(held.jobs()),
              Wording.size(held.logBytes()),
              held.jobs() == 0 ? null : HREF + "/remove?days=" + days));
    }
    return ages;
  }

  private static Older older(Instant before) {
    return new Older(before, Set.of(), null);
  }

  /** Asks with the count; what ends meanwhile is not among them. */
  void askRemove(Context context) {
    if (context.queryParam("days") == null) {
      context.redirect(HREF, HttpStatus.SEE_OTHER); // where it is chosen
      return;
    }
    int days = days(context);
    Instant before = bide.clock().instant().minus(Duration.ofDays(days));
    Held held = retention.count(older(before));
    String heading = "Remove jobs older than " + Wording.count(days, "day") + "?";
    Map<String, Object> view = new HashMap<>();
    view.put("frame", paper.frame(context, heading, null));
    view.put("heading", heading);
    view.put("what", amount(held));
    view.put(
        "cost",
        "They are deleted for good with all they wrote into the home. Pinned jobs, and jobs that"
            + " have not ended, stay.");
    view.put("action", HREF + "/remove?before=" + before);
    view.put("verb", "Remove " + Wording.count(held.jobs(), "job"));
    view.put("keep", "Keep them");
    view.put("back", HREF);
    paper.write(context, 200, "question", view);
  }

  private static int days(Context context) {
    String said = context.queryParam("days");
    for (int days : RetentionAges.DAYS) {
      if (Integer.toString(days).equals(said)) {
        return days;
      }
    }
    throw Problem.invalid("days", "is none of 1, 7, 30 and 90");
  }

  /** Removes them, a slice at a time, so that others are answered between. */
  void remove(Context context) {
    Older older = older(before(context.queryParam("before")));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Held gone = Held.NOTHING;
    Held slice;
    do {
      slice = Asking.answer(retention.removeSome(older));
      gone = gone.plus(slice);
    } while (slice.jobs() > 0 && System.nanoTime() < deadline);
    long left = slice.jobs() == 0 ? 0 : retention.count(older).jobs();
    context.redirect(
        HREF + "?removed=" + gone.jobs() + "&bytes=" + gone.logBytes() + "&left=" + left,
        HttpStatus.SEE_OTHER);
  }

  /** The instant that stands in the address of a question's answer. */
  static Instant before(@Nullable String said) {
    try {
      return Instant.parse(said == null ? "" : said);
    } catch (java.time.format.DateTimeParseException e) {
      throw Problem.invalid("before", "is no instant");
    }
  }

  private static @Nullable String said(Context context) {
    Long jobs = count(context, "removed");
    Long bytes = count(context, "bytes");
    Long left = count(context, "left");
    if (jobs == null || bytes == null) {
      return null;
    }
    return "Removed "
        + amount(new Held(jobs, bytes))
        + "."
        + (left == null || left == 0
            ? ""
            : " " + Wording.count(left, "more job") + " can go: ask again.");
  }

  private static @Nullable Long count(Context context, String name) {
    String said = context.queryParam(name);
    return said != null && said.matches("[0-9]{1,18}") ? (Long) Long.parseLong(said) : null;
  }

  private static String amount(Held held) {
    return Wording.count(held.jobs(), "job")
        + " with "
        + Wording.size(held.logBytes())
        + " of logs";
  }

  private static String number(long number) {
    return String.format(Locale.ENGLISH, "%,d", number);
  }

  // ---- settings

  private static List<Setting> settings(Keep keep, long fileSystem) {
    List<Setting> settings = new ArrayList<>();
    Limits all = keep.all();
    Duration age = all.age();
    settings.add(new Setting("age", age(age == null ? Keep.DEFAULT_AGE : age), age == null));
    addAges(settings, "", all);
    Long count = all.count();
    settings.add(
        new Setting(
            "count",
            count == null ? "as many jobs as there are" : "at most " + Wording.count(count, "job"),
            count == null));
    settings.add(new Setting("logs", logs(keep.logs(), fileSystem), all.logs() == null));
    LogLimit longest = LogLimit.bytes(keep.longestLog());
    settings.add(
        new Setting(
            "longest-log",
            longest.equals(LogLimit.NONE)
                ? "as long as they are"
                : "cut to " + Wording.size(keep.longestLog()),
            keep.longestLog() == Keep.DEFAULT_LONGEST_LOG));
    new TreeMap<>(keep.queues()).forEach((name, own) -> addQueue(settings, name, own, fileSystem));
    return settings;
  }

  private static void addQueue(List<Setting> settings, String name, Limits own, long fileSystem) {
    String prefix = "queue." + VisibleText.line(name) + ".";
    Duration age = own.age();
    if (age != null) {
      settings.add(new Setting(prefix + "age", age(age), false));
    }
    addAges(settings, prefix, own);
    Long count = own.count();
    if (count != null) {
      settings.add(new Setting(prefix + "count", "at most " + Wording.count(count, "job"), false));
    }
    LogLimit logs = own.logs();
    if (logs != null) {
      settings.add(new Setting(prefix + "logs", logs(logs, fileSystem), false));
    }
  }

  private static void addAges(List<Setting> settings, String prefix, Limits limits) {
    new TreeMap<>(limits.ages())
        .forEach(
            (State state, Duration age) ->
                settings.add(
                    new Setting(prefix + state.name().toLowerCase(Locale.ROOT), age(age), false)));
  }

  private static String age(Duration age) {
    if (age.equals(Limits.FOREVER)) {
      return "kept for ever";
    }
    boolean days = age.toMinutes() % (24 * 60) == 0;
    return "removed after "
        + (days ? Wording.count(age.toDays(), "day") : ScheduleWords.length(age));
  }

  private static String logs(LogLimit logs, long fileSystem) {
    if (logs.equals(LogLimit.NONE)) {
      return "without a limit";
    }
    String bytes = "at most " + Wording.size(logs.bytesOf(fileSystem)) + " together";
    return logs.percent() > 0 ? bytes + ", " + logs.text() + " of the file system" : bytes;
  }

  // ---- what went

  private static List<Gone> gone(Swept swept) {
    List<Gone> gone = new ArrayList<>();
    Held told = Held.NOTHING;
    for (Cause cause : Cause.values()) {
      Held held = swept.by(cause);
      told = cause.isRule() ? told.plus(held) : told;
      gone.add(gone(word(cause), held));
    }
    Held before =
        new Held(
            swept.removed().jobs() - told.jobs(), swept.removed().logBytes() - told.logBytes());
    if (before.jobs() > 0) {
      gone.add(gone("before it was counted why", before));
    }
    gone.add(
        new Gone(
            "cut, since their logs were too long",
            number(swept.cut()),
            Wording.size(swept.cutBytes())));
    return gone;
  }

  private static Gone gone(String why, Held held) {
    return new Gone(why, number(held.jobs()), Wording.size(held.logBytes()));
  }

  private static String word(Cause cause) {
    return switch (cause) {
      case AGE -> "for their age";
      case COUNT -> "since there were too many";
      case LOGS -> "for the room their logs took";
      case HAND -> "by hand";
    };
  }
}
