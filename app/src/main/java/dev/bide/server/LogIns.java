package dev.bide.server;

import dev.bide.api.JobJson;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Log-in of browsers. A one-time code travels in the fragment of a link, which no browser sends and
 * no server writes down; the page exchanges it here for the cookie.
 */
final class LogIns {
  private final Parts parts;
  private final Server server;

  LogIns(Parts parts, Server server) {
    this.parts = parts;
    this.server = server;
  }

  void register(RoutesConfig routes) {
    routes.post(Api.ROOT + "/login-codes", this::newCode);
    routes.post("/login", this::logIn, Access.Open.OPEN);
    routes.post("/logout", this::logOut);
  }

  private void newCode(Context context) {
    Query.only(context, List.of());
    Sessions.Code code = parts.access().newCode();
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("url", server.url() + "/login#code=" + code.text());
    answer.put("expiresAt", JobJson.time(code.expiresAt()));
    Answers.json(context, 201, answer);
  }

  /**
   * Form fields: code or token, and next (where to go then). A browser that asks for a page is sent
   * there, or back to the form with {@code ?problem=}; a script gets 204, 401 or 429.
   */
  private void logIn(Context context) {
    boolean page = Access.accepts(context, "text/html");
    String next = localPath(context.formParam("next"));
    String said = context.formParam("code");
    String token = context.formParam("token");
    if (said == null || said.isBlank()) {
      said = token == null ? "" : token;
    }
    boolean in;
    try {
      in = parts.access().logIn(context, said);
    } catch (Problem tooMany) {
      if (!page) {
        throw tooMany;
      }
      context.redirect(back("too-many", next), HttpStatus.SEE_OTHER);
      return;
    }
    if (page) {
      String problem = token == null ? "code" : "token";
      context.redirect(in ? next : back(problem, next), HttpStatus.SEE_OTHER);
    } else if (in) {
      context.status(204);
    } else {
      throw new Problem(
          401,
          "wrong-log-in",
          "The log-in is not right",
          "the code is wrong, was used, or is older than five minutes: ask for a new one with"
              + " bide open");
    }
  }

  private void logOut(Context context) {
    parts.access().logOut(context);
    context.redirect("/login", HttpStatus.SEE_OTHER);
  }

  private static String back(String problem, String next) {
    return "/login?problem=" + problem + "&next=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
  }

  /** Only a path of this server: anything else would send people elsewhere after their log-in. */
  private static String localPath(@Nullable String next) {
    return next != null && next.matches("/([A-Za-z0-9_.~%?&=,+:-][A-Za-z0-9_.~%?&=,+:/-]*)?")
        ? next
        : "/";
  }
}
