package dev.bide.server.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;

/** The precompiled templates of {@code src/main/jte}. Thread-safe. */
final class Templates {
  private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);

  /**
   * The page as text.
   *
   * @param name of the template, without its ending
   * @param parameters by the names the template declares
   */
  String render(String name, Map<String, Object> parameters) {
    StringOutput out = new StringOutput(16_384);
    engine.render(name + ".jte", parameters, out);
    return out.toString();
  }
}
