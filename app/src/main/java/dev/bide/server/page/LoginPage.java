package dev.bide.server.page;

import dev.bide.server.Access;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Logging in: with the token, typed, or with a one-time code that a script takes from behind the #
 * of the address and sends as a form.
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

  void logIn(Context context) {
    String next = next(context.formParam("next"));
    String code = context.formParam("code");
    String said = code != null ? code : context.formParam("token");
    if (said != null && !said.isBlank() && access.logIn(context, said)) {
      context.redirect(next, HttpStatus.SEE_OTHER);
      return;
    }
    write(
        context,
        403,
        code != null
            ? "This link has been used or is older than five minutes. bide open makes a new one."
            : "This is not the token of this Bide. It stands in the file token in its home.",
        next);
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

  /** Only a page of this server: two slashes or a backslash would lead to another one. */
  private static String next(@Nullable String said) {
    boolean ours =
        said != null
            && said.startsWith("/jobs")
            && said.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '\\');
    return ours && said != null ? said : "/jobs";
  }
}
