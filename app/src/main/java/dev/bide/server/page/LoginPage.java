package dev.bide.server.page;

import dev.bide.server.Access;
import dev.bide.server.Problem;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Logging in and out: with the token, typed, or with a one-time code. The code travels behind the #
 * of a link, which no browser sends and no server writes down; a script takes it from there and
 * sends it here as a form.
 */
final class LoginPage {
  private final Access access;
  private final Paper paper;

  LoginPage(Access access, Paper paper) {
    this.access = access;
    this.paper = paper;
  }

  void show(Context context) {
    write(context, 200, null, next(context.queryParam("next")));
  }

  /** Takes the token or a one-time code; wrong ones are answered with the form. */
  void logIn(Context context) {
    String next = next(context.formParam("next"));
    String code = context.formParam("code");
    String said = code == null ? context.formParam("token") : code;
    try {
      if (said != null && !said.isBlank() && access.logIn(context, said)) {
        context.redirect(next, HttpStatus.SEE_OTHER);
        return;
      }
    } catch (Problem tooMany) {
      write(context, tooMany.status(), Sentences.of(tooMany.detail()), next);
      return;
    }
    write(
        context,
        403,
        code == null
            ? "This is not the token of this Bide. It stands in the file token in its home."
            : "This link has been used or is older than five minutes. bide open makes a new one.",
        next);
  }

  void logOut(Context context) {
    access.logOut(context);
    context.redirect("/login", HttpStatus.SEE_OTHER);
  }

  private void write(Context context, int status, @Nullable String problem, String next) {
    Map<String, Object> view = new HashMap<>();
    view.put("frame", paper.frame(context, "Log in", null));
    if (problem != null) {
      view.put("problem", problem);
    }
    view.put("next", next);
    paper.write(context, status, "login", view);
  }

  /** Only a page of this server: whatever else is asked for, nobody is led to another server. */
  private static String next(@Nullable String said) {
    return said != null
            && said.matches("/(?:jobs|schedules|settings)(?:[/?][A-Za-z0-9_.~%?&=,+:/-]*)?")
        ? said
        : "/jobs";
  }
}
