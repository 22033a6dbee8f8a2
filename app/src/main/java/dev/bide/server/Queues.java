package dev.bide.server;

import dev.bide.engine.Event.QueueState;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeRules;
import dev.bide.queue.QueueSettings;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Queues: list them, show one, change its slots, pause it. */
final class Queues {
  private static final List<String> FIELDS = List.of("slots", "paused", NoticeRequests.FIELD);

  private final Parts parts;

  Queues(Parts parts) {
    this.parts = parts;
  }

  void register(RoutesConfig routes) {
    routes.get(Api.ROOT + "/queues", this::list);
    routes.get(Api.ROOT + "/queues/{name}", this::show);
    routes.patch(Api.ROOT + "/queues/{name}", this::change);
  }

  private void list(Context context) {
    Query.only(context, List.of());
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("queues", parts.bide().queues().stream().map(Queues::toMap).toList());
    Answers.json(context, 200, answer);
  }

  private void show(Context context) {
    Query.only(context, List.of());
    Answers.json(context, 200, toMap(find(context.pathParam("name"))));
  }

  private QueueState find(String name) {
    List<String> known = new ArrayList<>();
    for (QueueState queue : parts.bide().queues()) {
      if (queue.settings().name().equals(name)) {
        return queue;
      }
      known.add(queue.settings().name());
    }
    String hint = DidYouMean.hint(name, known);
    throw new Problem(
        404,
        "no-such-queue",
        "There is no such queue",
        "there is no queue "
            + name
            + (hint.isEmpty() ? ": there is " + String.join(", ", known) : hint));
  }

  private void change(Context context) {
    Query.only(context, List.of());
    QueueSettings old = find(context.pathParam("name")).settings();
    String name = old.name();
    RequestBody.requireType(context, "application/json");
    Map<?, ?> request = parts.body().neededObject(context);
    Faults faults = new Faults();
    faults.unknown(request, FIELDS, "");
    RequestFields fields = new RequestFields(request, "", faults);
    Integer slots = fields.whole("slots", QueueSettings.MIN_SLOTS, QueueSettings.MAX_SLOTS);
    Boolean paused = fields.flag("paused");
    List<NoticeRule> notices =
        fields.has(NoticeRequests.FIELD)
            ? new NoticeRequests(parts.notices()::refusal)
                .read(
                    request.get(NoticeRequests.FIELD),
                    NoticeRequests.FIELD,
                    NoticeRequests.ALL,
                    old.notices(),
                    faults)
            : null;
    faults.refuse();
    Answers.later(
        context,
        parts,
        parts.bide().change(name, slots, paused, notices),
        changed -> Answers.json(context, 200, toMap(find(changed.name()))));
  }

  static Map<String, @Nullable Object> toMap(QueueState queue) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", queue.settings().name());
    map.put("slots", queue.settings().slots());
    map.put("paused", queue.settings().paused());
    map.put(NoticeRequests.FIELD, NoticeRules.shown(queue.settings().notices()));
    map.put("running", queue.running());
    map.put("pending", queue.pending());
    return map;
  }
}
