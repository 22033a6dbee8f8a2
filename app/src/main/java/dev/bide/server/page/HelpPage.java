package dev.bide.server.page;

import io.javalin.http.Context;
import java.util.Map;

/** The page of keys, and of where else to look. */
final class HelpPage {
  static final String HREF = "/help";

  private final Paper paper;

  HelpPage(Paper paper) {
    this.paper = paper;
  }

  void show(Context context) {
    paper.write(context, 200, "help", Map.of("frame", paper.frame(context, "Help", null)));
  }
}
