package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.engine.Event.QueueState;
import dev.bide.figures.JobFigures;
import dev.bide.figures.Spread;
import dev.bide.job.State;
import dev.bide.server.Parts;
import dev.bide.server.page.JobPageView.Fact;
import dev.bide.server.page.ServerPageView.Ended;
import dev.bide.server.page.ServerPageView.Health;
import dev.bide.server.page.ServerPageView.Queue;
import dev.bide.server.page.ServerPageView.Times;
import dev.bide.store.StoreDown;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The page of the server: how it is, and a few figures. */
final class ServerPage {
  private static final Duration SPAN = Duration.ofDays(1);

  /** A day may hold many jobs, and this page is asked for at each event. */
  private static final Duration FIGURES_ARE_FRESH = Duration.ofSeconds(10);

  private final Parts parts;
  private final Bide bide;
  private final Paper paper;
  private final String url;
  private final Instant startedAt;
  private final AtomicReference<@Nullable Counted> counted = new AtomicReference<>();

  private record Counted(long nanos, JobFigures.Counter figures) {}

  ServerPage(Parts parts, Paper paper, String url, Instant startedAt) {
    this.parts = parts;
    this.bide = parts.bide();
    this.paper = paper;
    this.url = url;
    this.startedAt = startedAt;
  }

  void show(Context context) {
    Bide.Room room = bide.room();
    JobFigures.Counter read = figures();
    boolean unreadable = read == null;
    JobFigures.Counter figures = read == null ? new JobFigures.Counter() : read;
    Map<String, JobFigures> byQueue = figures.queues();
    ServerPageView view =
        new ServerPageView(
            paper.frame(context, SettingsTab.SERVER.title(), "jobs"),
            facts(room),
            health(bide.health(), room, unreadable),
            ended(figures.all()),
            bide.queues().stream()
                .map(queue -> queue(queue, byQueue.get(queue.settings().name())))
                .toList());
    paper.write(context, 200, "server", Map.of("view", view));
  }

  /** Null when they cannot be read. */
  private JobFigures.@Nullable Counter figures() {
    Counted last = counted.get();
    long now = System.nanoTime();
    if (last != null && now - last.nanos() < FIGURES_ARE_FRESH.toNanos()) {
      return last.figures();
    }
    try {
      JobFigures.Counter figures = bide.figures(Instant.now().minus(SPAN));
      counted.set(new Counted(now, figures));
      return figures;
    } catch (StoreDown e) {
      return null;
    }
  }

  private List<Fact> facts(Bide.Room room) {
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.text("Version", parts.settings().version()));
    facts.add(Fact.code("Address", url));
    facts.add(Fact.at("Up since", startedAt));
    facts.add(
        new Fact(
            "For",
            Wording.duration(Duration.between(startedAt, Instant.now())),
            false,
            null,
            startedAt,
            null,
            null));
    facts.add(Fact.text("Process", Long.toString(ProcessHandle.current().pid())));
    facts.add(Fact.code("Home", VisibleText.line(parts.files().home().toString())));
    facts.add(Fact.text("Database", Wording.size(room.database())));
    return facts;
  }

  private static List<Health> health(Bide.Health health, Bide.Room room, boolean unreadable) {
    String down = unreadable && health.down() == null ? "cannot be read now" : health.down();
    String clock = health.clock();
    List<Health> lines = new ArrayList<>();
    lines.add(
        new Health(
            "Store", down == null ? "written and read" : VisibleText.line(down), down == null));
    lines.add(
        new Health(
            "Disk",
            Wording.size(room.free())
                + " of "
                + Wording.size(room.total())
                + " free"
                + (health.lowDisk() ? ": nothing new starts" : ""),
            !health.lowDisk()));
    lines.add(
        new Health(
            "Clock", clock == null ? "as expected" : VisibleText.line(clock), clock == null));
    lines.add(
        new Health(
            "New jobs",
            health.draining() ? "none start until the server is restarted" : "are started",
            !health.draining()));
    return lines;
  }

  private static List<Ended> ended(JobFigures figures) {
    List<Ended> ended = new ArrayList<>();
    for (State state : State.values()) {
      Long count = figures.ended().get(state);
      if (count != null) {
        ended.add(new Ended(StateLook.of(state), number(count)));
      }
    }
    return ended;
  }

  private static Queue queue(QueueState state, @Nullable JobFigures figures) {
    long ended =
        figures == null ? 0 : figures.ended().values().stream().mapToLong(Long::longValue).sum();
    return new Queue(
        state.settings().name(),
        QueueRow.of(state).occupancy(),
        number(ended),
        times(figures == null ? null : figures.waited()),
        times(figures == null ? null : figures.ran()));
  }

  private static Times times(@Nullable Spread spread) {
    return spread == null || spread.count() == 0
        ? new Times("", "")
        : new Times(
            Wording.took(Duration.ofMillis(spread.median())),
            Wording.took(Duration.ofMillis(spread.p95())));
  }

  private static String number(long number) {
    return String.format(Locale.ENGLISH, "%,d", number);
  }
}
