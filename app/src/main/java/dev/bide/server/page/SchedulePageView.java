package dev.bide.server.page;

import dev.bide.server.page.JobPageView.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of one schedule.
 *
 * @param said what was just done, or null
 * @param nothingNext what stands where there is no run to come
 * @param mostHistory only so many decisions are shown
 * @param backfill the fields from and to
 */
public record SchedulePageView(
    Frame frame,
    @Nullable String said,
    ScheduleRow schedule,
    List<RunLine> next,
    String nothingNext,
    List<DecisionLine> history,
    int mostHistory,
    List<Fact> facts,
    Typed backfill) {}
