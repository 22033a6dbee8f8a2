package dev.bide.server.page;

import dev.bide.server.Parts;
import io.javalin.config.RoutesConfig;

/** The routes of the web page. */
public final class Pages {
  private final Parts parts;

  public Pages(Parts parts) {
    this.parts = parts;
  }

  /** Adds them; those that need no log-in carry the role {@code Access.Open.OPEN}. */
  public void register(RoutesConfig routes) {
    routes.get("/", context -> context.result("Bide " + parts.settings().version()));
  }
}
