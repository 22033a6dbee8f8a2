package dev.bide.server;

import dev.bide.engine.Refused;
import dev.bide.schedule.Schedule;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Schedules: list them, show, add, change, pause, run, make up for, and remove one. */
final class Schedules {
  private static final String ALL = Api.ROOT + "/schedules";
  private static final String ONE = ALL + "/{name}";
  private static final int USUAL_LIMIT = 100;
  private static final int MOST_LIMIT = 1_000;

  private final Parts parts;
  private final ScheduleRequests requests;
  private CompletableFuture<?> turn = CompletableFuture.completedFuture(true);

  Schedules(Parts parts) {
    this.parts = parts;
    this.requests = ScheduleRequests.of(parts);
  }

  void register(RoutesConfig routes) {
    routes.get(ALL, this::list);
    routes.post(ALL, this::add);
    routes.get(ONE, this::show);
    routes.patch(ONE, this::change);
    routes.delete(ONE, this::remove);
    routes.post(ONE + "/pause", context -> pause(context, true));
    routes.post(ONE + "/resume", context -> pause(context, false));
    routes.post(ONE + "/run", this::run);
    routes.post(ONE + "/backfill", this::backfill);
    routes.get(ONE + "/next", this::next);
    routes.get(ONE + "/runs", this::runs);
    routes.post(Api.ROOT + "/schedule-preview", this::preview);
  }

  private Schedule find(Context context) {
    String name = context.pathParam("name");
    try {
      return parts.bide().schedules().find(name);
    } catch (Refused e) {
      String hint =
          DidYouMean.hint(
              name, parts.bide().schedules().list().stream().map(Schedule::name).toList());
      throw hint.isEmpty()
          ? e
          : new Problem(
              404,
              "no-such-schedule",
              "There is no such schedule",
              "there is no schedule " + name + hint);
    }
  }

  private Map<?, ?> body(Context context) {
    RequestBody.requireType(context, "application/json");
    return parts.body().neededObject(context);
  }

  // ---- reading

  private void list(Context context) {
    Query.only(context, List.of());
    answer(
        context,
        "schedules",
        parts.bide().schedules().list().stream().map(ScheduleView::toMap).toList());
  }

  private void show(Context context) {
    Query.only(context, List.of());
    Answers.json(context, 200, ScheduleView.toMap(find(context)));
  }

  private void next(Context context) {
    Query.only(context, List.of("n", "from"));
    int n = Query.number(context, "n", 1, ScheduleRequests.MOST_RUNS, ScheduleRequests.USUAL_RUNS);
    Instant after =
        Query.text(context, "from")
            .map(said -> RequestFields.parameter("from", said).minusNanos(1))
            .orElseGet(Instant::now);
    Answers.json(context, 200, ScheduleView.next(find(context).timetable(), after, n));
  }

  private void runs(Context context) {
    Query.only(context, List.of("limit"));
    int limit = Query.number(context, "limit", 1, MOST_LIMIT, USUAL_LIMIT);
    String name = find(context).name();
    answer(
        context,
        "runs",
        parts.bide().schedules().runs(name, limit).stream().map(ScheduleView::toMap).toList());
  }

  private void preview(Context context) {
    Query.only(context, List.of());
    ScheduleRequests.Preview asked = requests.preview(body(context));
    answer(context, "next", ScheduleView.next(asked.timetable(), asked.after(), asked.n()));
  }

  private static void answer(Context context, String key, Object value) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put(key, value);
    Answers.json(context, 200, answer);
  }

  // ---- changing

  private void add(Context context) {
    Query.only(context, List.of());
    Schedule schedule = requests.added(body(context));
    Answers.later(
        context,
        parts,
        Answers.queueIn("job.queue", parts.bide().schedules().add(schedule)),
        added -> {
          context.header(
              "Location", ALL + "/" + URLEncoder.encode(added.name(), StandardCharsets.UTF_8));
          Answers.json(context, 201, ScheduleView.toMap(added));
        });
  }

  private void change(Context context) {
    Query.only(context, List.of());
    Map<?, ?> request = body(context);
    Schedule known = find(context);
    Answers.later(
        context,
        parts,
        Answers.queueIn(
            "job.queue",
            inTurn(() -> parts.bide().schedules().change(requests.changed(again(known), request)))),
        changed -> Answers.json(context, 200, ScheduleView.toMap(changed)));
  }

  private Schedule again(Schedule known) {
    return parts.bide().schedules().find(known.name());
  }

  /** One change after another: each reads what the one before has written. */
  private synchronized CompletableFuture<Schedule> inTurn(
      Supplier<CompletableFuture<Schedule>> change) {
    CompletableFuture<Schedule> mine =
        turn.handleAsync((before, thrown) -> true, parts.threads())
            .thenCompose(ready -> change.get());
    turn = mine;
    return mine;
  }

  private void remove(Context context) {
    Query.only(context, List.of());
    Answers.later(
        context,
        parts,
        parts.bide().schedules().remove(find(context).name()),
        removed -> context.status(204));
  }

  private void pause(Context context, boolean paused) {
    Query.only(context, List.of());
    Answers.later(
        context,
        parts,
        parts.bide().schedules().pause(find(context).name(), paused),
        changed -> Answers.json(context, 200, ScheduleView.toMap(changed)));
  }

  private void run(Context context) {
    Query.only(context, List.of());
    Answers.later(
        context,
        parts,
        parts.bide().schedules().run(find(context).name()),
        job -> {
          context.header("Location", Api.ROOT + "/jobs/" + job.number());
          Answers.json(context, 201, parts.view().withAttempts(job).toMap());
        });
  }

  private void backfill(Context context) {
    Query.only(context, List.of());
    Map<?, ?> request = body(context);
    String name = find(context).name();
    Faults faults = new Faults();
    RequestFields in = new RequestFields(request, "", faults);
    faults.unknown(request, List.of("from", "to"), "");
    for (String field : List.of("from", "to")) {
      if (!in.has(field)) {
        in.wrong(field, "is missing: a time such as 2026-12-01T09:00:00+01:00");
      }
    }
    Instant from = in.instant("from");
    Instant to = in.instant("to");
    if (from != null && to != null && from.isAfter(to)) {
      in.wrong("from", from + " is after to, " + to);
    }
    faults.refuse();
    if (from == null || to == null) {
      throw new IllegalStateException("a time is missing, and nothing was said about it");
    }
    Answers.later(
        context,
        parts,
        parts.bide().schedules().backfill(name, from, to),
        planned -> answer(context, "planned", planned));
  }
}
