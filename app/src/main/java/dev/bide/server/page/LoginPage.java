package dev.bide.server.page;

import io.javalin.http.Context;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The form for the token. A one-time code stands behind the # of the address, where a script takes
 * it from; both are sent to the same route, which says here what was wrong.
 */
final class LoginPage {
  private final Paper paper;

  LoginPage(Paper paper) {
    this.paper = paper;
  }

  void show(Context context) {
    Map<String, Object> view = new HashMap<>();
    view.put("frame", paper.frame(context, "Log in", null));
    String problem = problem(context.queryParam("problem"));
    if (problem != null) {
      view.put("problem", problem);
    }
    String next = context.queryParam("next");
    view.put("next", next == null ? "/jobs" : next);
    paper.write(context, 200, "login", view);
  }

  private static @Nullable String problem(@Nullable String said) {
    if (said == null) {
      return null;
    }
    return switch (said) {
      case "token" ->
          "This is not the token of this Bide. It stands in the file token in its home.";
      case "too-many" -> "Too many log-ins have failed. Try again in a minute.";
      default ->
          "This link has been used or is older than five minutes. bide open makes a new one.";
    };
  }
}
