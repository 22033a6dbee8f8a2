package dev.bide.server.page;

import dev.bide.server.Access.Open;
import dev.bide.server.Parts;
import dev.bide.server.Problem;
import dev.bide.server.Problems;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The routes of the web page. */
public final class Pages {
  /** What is answered before a page is asked: no log-in, another site or name, no such method. */
  private static final int[] BEFORE_ANY_PAGE = {401, 403, 405, 413};

  private final Paper paper;
  private final Parts parts;
  private final String url;
  private final Instant startedAt;

  /**
   * Adds nothing yet.
   *
   * @param url where the server answers, without a slash at the end
   * @param startedAt when it began to
   */
  public Pages(Parts parts, String url, Instant startedAt) {
    this.parts = parts;
    this.url = url;
    this.startedAt = startedAt;
    this.paper = new Paper(parts);
  }

  /** Adds them; those that need no log-in carry the role {@code Access.Open.OPEN}. */
  public void register(RoutesConfig routes) {
    JobsPage jobs = new JobsPage(parts, paper);
    JobPage job = new JobPage(parts, paper);
    JobForms forms = new JobForms(parts, paper);
    LoginPage login = new LoginPage(parts.access(), paper);
    routes.get("/", context -> context.redirect("/jobs", HttpStatus.SEE_OTHER));
    routes.get("/jobs", saidByPage(jobs::show));
    routes.post("/jobs", saidByPage(jobs::add));
    routes.get("/jobs/{job}", saidByPage(job::show));
    routes.get("/jobs/{job}/cancel", saidByPage(forms::askCancel));
    routes.post("/jobs/{job}/cancel", saidByPage(forms::cancel));
    routes.get("/jobs/{job}/remove", saidByPage(forms::askRemove));
    routes.post("/jobs/{job}/remove", saidByPage(forms::remove));
    routes.post("/jobs/{job}/retry", saidByPage(forms::retry));
    routes.post("/jobs/{job}/pin", saidByPage(forms::pin));
    routes.post("/jobs/{job}/unpin", saidByPage(forms::unpin));
    routes.post("/queues/{queue}/slots", saidByPage(forms::slots));
    registerSchedules(routes);
    registerSettings(routes);
    routes.get(HelpPage.HREF, saidByPage(new HelpPage(paper)::show));
    routes.get("/login", saidByPage(login::show), Open.OPEN);
    routes.post("/login", saidByPage(login::logIn), Open.OPEN);
    routes.post("/logout", saidByPage(login::logOut));
    routes.get("/static/{folder}/{file}", paper::file, Open.OPEN);
    routes.error(404, "text/html", this::nothingHere);
    for (int status : BEFORE_ANY_PAGE) {
      routes.error(status, "text/html", this::refused);
    }
  }

  private void registerSchedules(RoutesConfig routes) {
    SchedulesPage schedules = new SchedulesPage(parts, paper);
    SchedulePage schedule = new SchedulePage(parts, paper);
    PlanPage plan = new PlanPage(parts, paper);
    routes.get("/schedules", saidByPage(schedules::show));
    routes.post("/schedules", saidByPage(plan::add));
    routes.get(
        "/schedules/{name}",
        saidByPage(
            context -> {
              if (isForNew(context)) {
                plan.fresh(context);
              } else {
                schedule.show(context);
              }
            }));
    routes.get("/schedules/{name}/edit", saidByPage(plan::edit));
    routes.post("/schedules/{name}/edit", saidByPage(plan::change));
    routes.post("/schedules/{name}/pause", saidByPage(schedule::pause));
    routes.post("/schedules/{name}/resume", saidByPage(schedule::resume));
    routes.post("/schedules/{name}/run", saidByPage(schedule::run));
    routes.post("/schedules/{name}/backfill", saidByPage(schedule::backfill));
    routes.get("/schedules/{name}/remove", saidByPage(schedule::askRemove));
    routes.post("/schedules/{name}/remove", saidByPage(schedule::remove));
    routes.post("/schedule-preview", saidByPage(plan::preview));
  }

  private void registerSettings(RoutesConfig routes) {
    ServerPage server = new ServerPage(parts, paper, url, startedAt);
    RetentionPage retention = new RetentionPage(parts, paper);
    NoticesPage notices = new NoticesPage(parts, paper);
    routes.get(
        "/settings", context -> context.redirect(SettingsTab.SERVER.href(), HttpStatus.SEE_OTHER));
    routes.get(SettingsTab.SERVER.href(), saidByPage(server::show));
    routes.get(SettingsTab.RETENTION.href(), saidByPage(retention::show));
    routes.get(SettingsTab.RETENTION.href() + "/remove", saidByPage(retention::askRemove));
    routes.post(SettingsTab.RETENTION.href() + "/remove", saidByPage(retention::remove));
    String all = SettingsTab.NOTICES.href();
    routes.get(all, saidByPage(notices::show));
    routes.post(all, saidByPage(notices::test));
    routes.post(all + "/again", saidByPage(notices::sendAllAgain));
    routes.post(all + "/{id}/again", saidByPage(notices::sendAgain));
    routes.get(all + "/forget", saidByPage(notices::askForget));
    routes.post(all + "/forget", saidByPage(notices::forget));
  }

  /** A schedule may be called as the address of the form is. */
  private static boolean isForNew(Context context) {
    return context.pathParam("name").equals(ScheduleRow.NEW)
        && context.queryParam("schedule") == null;
  }

  /** A person whose request got no further than to the guard is told so on a page too. */
  private void refused(Context context) {
    Problems.Given given = Problems.given(context);
    if (given != null && !isPage(context) && wantsPage(context)) {
      write(context, paper.plainFrame(given.problem().title()), given);
    }
  }

  private static boolean isPage(Context context) {
    return String.valueOf(context.res().getContentType()).startsWith("text/html");
  }

  private static boolean wantsPage(Context context) {
    return !context.path().startsWith("/api/") && Preference.isPage(context.header("Accept"));
  }

  private void write(Context context, Frame frame, Problems.Given given) {
    Problem problem = given.problem();
    error(
        context,
        problem.status(),
        frame,
        problem.title(),
        Sentences.of(problem.detail()),
        given.errorId());
  }

  private void error(
      Context context, int status, Frame frame, String heading, String detail, String errorId) {
    Map<String, Object> view = new HashMap<>();
    view.put("frame", frame);
    view.put("heading", heading);
    view.put("detail", detail);
    view.put("errorId", errorId);
    paper.write(context, status, "error", view);
  }

  /** What goes wrong is said on a page, for it is a person who asked. */
  private Handler saidByPage(Handler handler) {
    return context -> {
      try {
        handler.handle(context);
      } catch (RuntimeException e) {
        say(context, e);
      }
    };
  }

  private void nothingHere(Context context) {
    Problems.Given given = Problems.given(context);
    if (!isPage(context) && wantsPage(context)) {
      error(
          context,
          404,
          paper.frame(context, "Nothing here", null),
          "There is nothing here",
          "No page of Bide has this address.",
          given == null ? "" : given.errorId());
    }
  }

  private void say(Context context, RuntimeException thrown) {
    // writes a fault of Bide's own to the log, and the headers the problem wants
    parts.problems().answer(context, thrown);
    Problems.Given given = Problems.given(context);
    if (given != null) {
      write(context, paper.frame(context, given.problem().title(), null), given);
    }
  }
}
