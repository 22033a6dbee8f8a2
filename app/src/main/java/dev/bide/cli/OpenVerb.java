package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.Json;

/** {@code open}: the page, with a link that lets its reader in once. */
final class OpenVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
        "open", "Opens the page in a browser: a link that works once, for 5 minutes.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    Fields code = call.api().loginCode();
    String url = code.needed("url");
    if (call.inJson()) {
      call.console().line(Json.write(code.map()));
      return 0;
    }
    call.console().line(url);
    if (Display.isHeadless(call.caller())) {
      call.console().hint("from your own machine, first:  " + Display.tunnel(url));
    } else if (call.console().talks()) {
      Display.open(call.caller(), url);
    }
    return 0;
  }
}
