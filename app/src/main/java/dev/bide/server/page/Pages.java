package dev.bide.server.page;

import dev.bide.server.Access.Open;
import dev.bide.server.Parts;
import dev.bide.server.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.util.HashMap;
import java.util.Map;

/** The routes of the web page. */
public final class Pages {
  private final Paper paper;
  private final Parts parts;

  public Pages(Parts parts) {
    this.parts = parts;
    this.paper = new Paper(parts.access());
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
    routes.post("/queues/{queue}/slots", saidByPage(forms::slots));
    routes.get("/login", saidByPage(login::show), Open.OPEN);
    routes.post("/login", saidByPage(login::logIn), Open.OPEN);
    routes.post("/logout", saidByPage(login::logOut));
    routes.get("/static/{folder}/{file}", paper::file, Open.OPEN);
    routes.error(404, "text/html", this::nothingHere);
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
    boolean said = String.valueOf(context.res().getContentType()).startsWith("text/html");
    if (!said && !context.path().startsWith("/api/")) {
      Map<String, Object> view = new HashMap<>();
      view.put("frame", paper.frame(context, "Nothing here", null));
      view.put("heading", "There is nothing here");
      view.put("detail", "No page of Bide has this address.");
      paper.write(context, 404, "error", view);
    }
  }

  private void say(Context context, RuntimeException thrown) {
    // writes a fault of Bide's own to the log, and the headers the problem wants
    parts.problems().answer(context, thrown);
    Problem problem = parts.problems().of(thrown);
    Map<String, Object> view = new HashMap<>();
    view.put("frame", paper.frame(context, problem.title(), null));
    view.put("heading", problem.title());
    view.put("detail", Sentences.of(problem.detail()));
    paper.write(context, problem.status(), "error", view);
  }
}
