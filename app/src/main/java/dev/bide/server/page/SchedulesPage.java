package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.schedule.Schedule;
import dev.bide.server.Parts;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page of schedules. */
final class SchedulesPage {
  private static final String EXAMPLE = "bide schedule add hello --every 2h -c 'echo hello; date'";

  private final Bide bide;
  private final Paper paper;

  SchedulesPage(Parts parts, Paper paper) {
    this.bide = parts.bide();
    this.paper = paper;
  }

  void show(Context context) {
    Instant now = Instant.now();
    List<ScheduleRow> rows =
        bide.schedules().listed().stream()
            .map(one -> ScheduleRow.of(one.schedule(), one.latest(), now))
            .toList();
    SchedulesView view =
        new SchedulesView(
            paper.frame(context, "Schedules", "schedules"), said(context), rows, EXAMPLE);
    paper.write(context, 200, "schedules", Map.of("view", view));
  }

  private static @Nullable String said(Context context) {
    String removed = context.queryParam("removed");
    return removed != null && Schedule.isName(removed)
        ? "Schedule " + removed + " is removed. Its jobs stay."
        : null;
  }
}
