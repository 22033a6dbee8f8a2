package dev.bide.server;

import dev.bide.api.JobJson;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.Notice.Fact;
import dev.bide.notice.NoticeRule;
import dev.bide.server.notice.Composer;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Notices: list them, send one again, try a rule. */
final class NoticeRoutes {
  private static final String ALL = Api.ROOT + "/notices";
  private static final int USUAL_LIMIT = 100;
  private static final int MOST_LIMIT = 1_000;

  private final Parts parts;

  NoticeRoutes(Parts parts) {
    this.parts = parts;
  }

  void register(RoutesConfig routes) {
    routes.get(ALL, this::list);
    routes.post(ALL + "/test", this::test);
    routes.post(ALL + "/{id}/retry", this::retry);
  }

  private void list(Context context) {
    Query.only(context, List.of("job", "state", "limit"));
    int limit = Query.number(context, "limit", 1, MOST_LIMIT, USUAL_LIMIT);
    Long job =
        Query.text(context, "job")
            .map(selector -> Selector.find(parts.bide(), selector).number())
            .orElse(null);
    Delivery.State state =
        Query.text(context, "state")
            .map(
                said ->
                    Arrays.stream(Delivery.State.values())
                        .filter(one -> one.name().equals(said))
                        .findFirst()
                        .orElseThrow(
                            () -> Problem.invalid("state", "is none of WAITING, SENT, FAILED")))
            .orElse(null);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put(
        "notices",
        parts.bide().notices().list(job, state, limit).stream().map(NoticeRoutes::toMap).toList());
    Answers.json(context, 200, answer);
  }

  private void retry(Context context) {
    Query.only(context, List.of());
    Answers.later(
        context,
        parts,
        parts.notices().again(id(context.pathParam("id"))),
        notice -> Answers.json(context, 200, toMap(notice)));
  }

  private static UUID id(String said) {
    try {
      return UUID.fromString(said);
    } catch (IllegalArgumentException e) {
      throw new Problem(
          404, "no-such-notice", "There is no such notice", "no notice has the id " + said);
    }
  }

  private void test(Context context) {
    Query.only(context, List.of());
    RequestBody.requireType(context, "application/json");
    Map<?, ?> request = parts.body().neededObject(context);
    Faults faults = new Faults();
    faults.unknown(request, List.of("rule"), "");
    NoticeRule rule = NoticeRequests.rule(request.get("rule"), "rule", faults);
    faults.refuse();
    NoticeRule asked = Objects.requireNonNull(rule);
    Answers.later(
        context,
        parts,
        parts.notices().test(asked),
        why -> {
          Map<String, @Nullable Object> answer = new LinkedHashMap<>();
          answer.put("sent", why.isEmpty());
          answer.put("target", asked.target().shown());
          answer.put("error", why.orElse(null));
          Answers.json(context, 200, answer);
        });
  }

  /** A notice; every key is always there. */
  static Map<String, @Nullable Object> toMap(Notice notice) {
    Delivery delivery = notice.delivery();
    boolean waits = delivery.state() == Delivery.State.WAITING;
    UUID digest = delivery.digest();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("id", notice.id().toString());
    map.put("at", JobJson.time(notice.at()));
    map.put("event", notice.event().word());
    map.put("title", Composer.title(notice));
    map.put("job", notice.job());
    map.put("queue", notice.fact(Fact.QUEUE));
    map.put("schedule", notice.fact(Fact.SCHEDULE));
    map.put("target", notice.shown());
    map.put("state", delivery.state().name());
    map.put("tries", delivery.tries());
    map.put("nextTryAt", waits ? JobJson.time(delivery.at()) : null);
    map.put("doneAt", waits ? null : JobJson.time(delivery.at()));
    map.put("digest", digest == null ? null : digest.toString());
    map.put("error", delivery.error());
    return map;
  }
}
