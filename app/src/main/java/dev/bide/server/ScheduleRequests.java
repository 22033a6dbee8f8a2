package dev.bide.server;

import dev.bide.job.JobSpec;
import dev.bide.schedule.CronTrigger;
import dev.bide.schedule.InstantsTrigger;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.Occurrence;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns what was asked for into schedules, or says of each field what is wrong with it. Safe from
 * any thread.
 */
public final class ScheduleRequests {
  /** How late a missed run may be made up for, unless something else is said. */
  static final Duration USUAL_DELAY = Duration.ofDays(1);

  /** How many are made up for at once, unless something else is said. */
  static final int USUAL_MADE_UP = 100;

  /** The most planned runs that are told at once. */
  static final int MOST_RUNS = 1_000;

  static final int USUAL_RUNS = 10;

  private static final List<String> FIELDS =
      List.of(
          "name",
          "cron",
          "everySeconds",
          "first",
          "at",
          "zone",
          "start",
          "end",
          "missed",
          "maxLateSeconds",
          "maxMissed",
          "overlap",
          "jitterSeconds",
          "pauseAfter",
          "job");

  private static final List<String> TRIGGERS = List.of("cron", "everySeconds", "at");

  private final JobRequests jobs;
  private final Clock clock;
  private final ZoneId zoneOfServer;

  ScheduleRequests(JobRequests jobs, Clock clock, ZoneId zoneOfServer) {
    this.jobs = jobs;
    this.clock = clock;
    this.zoneOfServer = zoneOfServer;
  }

  /** With the clock that also decides what is due, and the time zone of this machine. */
  public static ScheduleRequests of(Parts parts) {
    return new ScheduleRequests(parts.requests(), parts.bide().clock(), ZoneId.systemDefault());
  }

  /**
   * When something would run.
   *
   * @param after from which instant on
   * @param n how many runs were asked for
   */
  public record Preview(Timetable timetable, Instant after, int n) {}

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * A new schedule.
   *
   * @throws Problem 422 that names every field that is wrong
   */
  public Schedule added(Map<?, ?> request) {
    Faults faults = new Faults();
    RequestFields in = new RequestFields(request, "", faults);
    Instant now = now();
    faults.unknown(request, FIELDS, "");
    if (!in.has("name")) {
      in.wrong("name", "is missing: the schedule needs one");
    }
    Timetable timetable = timetable(in, null, now);
    if (!in.has("job")) {
      in.wrong("job", "is missing: what is to run, as in {\"command\":[\"make\"]}");
    }
    Rest rest = rest(in, null);
    faults.refuse();
    return new Schedule(
        Objects.requireNonNull(rest.name()),
        Objects.requireNonNull(rest.job()),
        Objects.requireNonNull(timetable),
        rest.overlap(),
        rest.jitter(),
        rest.pauseAfter(),
        now,
        Schedule.Standing.from(now));
  }

  /**
   * A schedule with other settings.
   *
   * @throws Problem 422 that names every field that is wrong
   */
  public Schedule changed(Schedule old, Map<?, ?> request) {
    Faults faults = new Faults();
    RequestFields in = new RequestFields(request, "", faults);
    faults.unknown(request, FIELDS, "");
    if (request.containsKey("name")) {
      in.wrong("name", "stays as it is: add a schedule of the new name and delete this one");
    }
    Timetable timetable = timetable(in, old.timetable(), now());
    Rest rest = rest(in, old);
    faults.refuse();
    return new Schedule(
        old.name(),
        Objects.requireNonNull(rest.job()),
        Objects.requireNonNull(timetable),
        rest.overlap(),
        rest.jitter(),
        rest.pauseAfter(),
        old.createdAt(),
        old.standing());
  }

  /**
   * When a schedule would run.
   *
   * @throws Problem 422 that names every field that is wrong
   */
  public Preview preview(Map<?, ?> request) {
    Faults faults = new Faults();
    RequestFields in = new RequestFields(request, "", faults);
    List<String> known = new ArrayList<>(FIELDS);
    known.add("n");
    faults.unknown(request, known, "");
    Instant now = now();
    Timetable timetable = timetable(in, null, now);
    int n = in.whole("n", 1, MOST_RUNS, USUAL_RUNS);
    rest(in, null); // so that it refuses what adding would
    faults.refuse();
    return new Preview(Objects.requireNonNull(timetable), now, n);
  }

  /** What is not about times; null where it is missing or wrong. */
  private record Rest(
      @Nullable String name,
      OverlapPolicy overlap,
      Duration jitter,
      int pauseAfter,
      @Nullable JobSpec job) {}

  private Rest rest(RequestFields in, @Nullable Schedule old) {
    return new Rest(
        name(in),
        in.word(
            "overlap", OverlapPolicy.values(), old == null ? OverlapPolicy.SKIP : old.overlap()),
        orElse(
            in.seconds("jitterSeconds", Duration.ZERO, Schedule.LONGEST_JITTER),
            old == null ? Duration.ZERO : old.jitter()),
        in.whole("pauseAfter", 0, Schedule.MOST_FAILURES, old == null ? 0 : old.pauseAfter()),
        job(in, old));
  }

  // ---- field by field

  private static @Nullable String name(RequestFields in) {
    String name = in.text("name");
    if (name == null || Schedule.isName(name)) {
      return name;
    }
    in.wrong(
        "name",
        RequestFields.shown(name)
            + " is no name of a schedule: at most "
            + Schedule.LONGEST_NAME
            + " letters, digits, dots, dashes and underlines, beginning with a letter or digit");
    return null;
  }

  private @Nullable JobSpec job(RequestFields in, @Nullable Schedule old) {
    Object said = in.request().get("job");
    if (said == null) {
      return old == null ? null : old.template();
    }
    if (said instanceof Map<?, ?> job) {
      return jobs.template(
          job, in.prefix() + "job.", old == null ? null : old.template(), in.faults());
    }
    in.wrong("job", "is no object such as {\"command\":[\"make\"]}");
    return null;
  }

  private static Duration orElse(@Nullable Duration said, Duration otherwise) {
    return said == null ? otherwise : said;
  }

  // ---- when

  private @Nullable Timetable timetable(RequestFields in, @Nullable Timetable old, Instant now) {
    int before = in.faults().count();
    Trigger trigger = trigger(in, old == null ? null : old.trigger(), now);
    ZoneId zone = zone(in, old == null ? zoneOfServer : old.zone());
    Instant start = bound(in, "start", old == null ? null : old.start());
    Instant end = bound(in, "end", old == null ? null : old.end());
    MissedRunPolicy missed =
        in.word(
            "missed", MissedRunPolicy.values(), old == null ? MissedRunPolicy.ONCE : old.missed());
    Duration delay =
        orElse(
            in.seconds("maxLateSeconds", Duration.ZERO, IntervalTrigger.LONGEST),
            old == null ? USUAL_DELAY : old.longestDelay());
    int madeUp =
        in.whole("maxMissed", 1, MOST_RUNS, old == null ? USUAL_MADE_UP : old.mostMadeUp());
    if (start != null && end != null && start.isAfter(end)) {
      in.wrong("start", start + " is after the end, " + end + ": nothing would ever run");
    }
    if (trigger == null || in.faults().count() > before) {
      return null;
    }
    Timetable timetable = new Timetable(trigger, zone, start, end, missed, delay, madeUp);
    Timetable meant =
        old == null || in.has("zone") ? timetable : timetable.inUnknownZone(old.unknownZone());
    if (!meant.equals(old) && timetable.next(now) == null) {
      neverComes(in, timetable, now);
      return null;
    }
    return meant;
  }

  /** Only a new schedule may lack it; where it changes, a null takes it away. */
  private static @Nullable Instant bound(
      RequestFields in, String field, @Nullable Instant otherwise) {
    return in.request().containsKey(field) ? in.instant(field) : otherwise;
  }

  private static void neverComes(RequestFields in, Timetable timetable, Instant now) {
    Trigger trigger = timetable.trigger();
    Instant start = timetable.start();
    Instant end = timetable.end();
    Instant from = start != null && start.isAfter(now) ? start.minusNanos(1) : now;
    Occurrence first = trigger.next(from, timetable.zone());
    String kind =
        trigger instanceof CronTrigger
            ? "cron"
            : trigger instanceof IntervalTrigger ? "everySeconds" : "at";
    if (end != null && end.isBefore(now)) {
      in.wrong("end", end + " is over: it is " + now);
    } else if (end != null && first != null) {
      in.wrong("end", end + " is before the first run, " + first.instant());
    } else if (trigger instanceof InstantsTrigger at
        && at.instants().stream().noneMatch(from::isBefore)) {
      in.wrong(
          kind,
          from.equals(now)
              ? "all of these times are over: it is " + now
              : "all of these times are before the start, " + start);
    } else {
      in.wrong(kind, "comes too late: what can be planned ends with the year 9999");
    }
  }

  private static @Nullable Trigger trigger(RequestFields in, @Nullable Trigger old, Instant now) {
    List<String> given = TRIGGERS.stream().filter(in::has).toList();
    if (given.size() > 1) {
      in.wrong(
          given.get(1),
          "stands beside " + given.get(0) + ": give one of cron, everySeconds and at");
      return null;
    }
    String kind = given.isEmpty() ? "" : given.get(0);
    Instant first = in.instant("first");
    if (in.has("first")
        && !kind.equals("everySeconds")
        && !(kind.isEmpty() && (old == null || old instanceof IntervalTrigger))) {
      in.wrong("first", "goes with everySeconds only");
    }
    try {
      switch (kind) {
        case "cron" -> {
          String text = in.text("cron");
          return text == null ? null : CronTrigger.of(text);
        }
        case "everySeconds" -> {
          Duration every =
              in.seconds("everySeconds", IntervalTrigger.SHORTEST, IntervalTrigger.LONGEST);
          return every == null
              ? null
              : IntervalTrigger.of(first == null ? now.plus(every) : first, every);
        }
        case "at" -> {
          List<Instant> at = in.instants("at", InstantsTrigger.MOST);
          return at == null ? null : InstantsTrigger.of(at);
        }
        default -> {
          if (old == null) {
            in.wrong(
                "cron",
                "is missing: give cron (as \"0 2 * * *\"), everySeconds or at (a list of times)");
          }
          return old instanceof IntervalTrigger interval && first != null
              ? IntervalTrigger.of(first, interval.every())
              : old;
        }
      }
    } catch (InvalidTrigger e) {
      in.wrong(
          kind.isEmpty() ? "first" : kind, RequestFields.oneLine(String.valueOf(e.getMessage())));
      return null;
    }
  }

  private static ZoneId zone(RequestFields in, ZoneId otherwise) {
    String said = in.text("zone");
    if (said == null) {
      return otherwise;
    }
    try {
      return ZoneId.of(said);
    } catch (DateTimeException e) {
      String hint = zoneHint(said);
      in.wrong(
          "zone",
          "there is no time zone "
              + RequestFields.shown(said)
              + (hint.isEmpty() ? ": write one such as Europe/Berlin or UTC" : hint));
      return otherwise;
    }
  }

  /** People leave out the continent, and mistype either part. */
  private static String zoneHint(String said) {
    TreeSet<String> known = new TreeSet<>(ZoneId.getAvailableZoneIds());
    Map<String, String> byCity = new TreeMap<>();
    for (String zone : known) {
      byCity.putIfAbsent(zone.substring(zone.lastIndexOf('/') + 1), zone);
    }
    String city = said.strip().replace(' ', '_');
    for (Map.Entry<String, String> one : byCity.entrySet()) {
      if (one.getKey().equalsIgnoreCase(city)) {
        return DidYouMean.asked(one.getValue());
      }
    }
    String hint = DidYouMean.hint(city, known);
    return hint.isEmpty()
        ? DidYouMean.nearest(city, byCity.keySet())
            .map(nearest -> DidYouMean.asked(byCity.getOrDefault(nearest, nearest)))
            .orElse("")
        : hint;
  }
}
