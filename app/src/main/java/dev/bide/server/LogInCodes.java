package dev.bide.server;

import dev.bide.api.JobJson;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * POST /login-codes: one-time links to the page. The code travels in the fragment, which no browser
 * sends and no server writes down; the page exchanges it for the cookie.
 */
final class LogInCodes {
  private final Parts parts;
  private final Server server;

  LogInCodes(Parts parts, Server server) {
    this.parts = parts;
    this.server = server;
  }

  void register(RoutesConfig routes) {
    routes.post(Api.ROOT + "/login-codes", this::add);
  }

  private void add(Context context) {
    Query.only(context, List.of());
    Sessions.Code code = parts.access().newCode();
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("url", server.loginUrl(code));
    answer.put("expiresAt", JobJson.time(code.expiresAt()));
    Answers.json(context, 201, answer);
  }
}
