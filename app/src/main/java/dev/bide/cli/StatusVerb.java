package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import org.jspecify.annotations.Nullable;

/** {@code status}: whether a server runs, and how it is. Never starts one. */
final class StatusVerb implements Verb {
  private static final int NOT_RUNNING = 3;

  @Override
  public Grammar grammar() {
    return Grammar.of(
        "status", "Says whether the server runs: exit code 0, or 3 when it does not.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    Console console = call.console();
    if (call.server().find() == null) {
      console.line(
          call.forPeople()
              ? "no server runs for " + call.settings().home()
              : "running: false\nhome: " + call.settings().home());
      return NOT_RUNNING;
    }
    byte[] facts = call.api().serverFacts();
    if (call.inJson()) {
      console.line(new String(facts, java.nio.charset.StandardCharsets.UTF_8).strip());
      return 0;
    }
    Fields server = call.api().object(facts);
    StringBuilder text = new StringBuilder();
    if (call.forPeople()) {
      sentences(call, server, text);
    } else {
      text.append("running: true\n");
      server
          .map()
          .forEach((key, value) -> text.append(key).append(": ").append(word(value)).append('\n'));
    }
    console.text(text.toString());
    return 0;
  }

  private static void sentences(Call call, Fields server, StringBuilder text) throws Trouble {
    text.append("bide ")
        .append(server.text("version"))
        .append(" runs, process ")
        .append(server.text("pid"))
        .append('\n');
    text.append("  page  ").append(server.text("url")).append("  (").append(call.name());
    text.append(" open gives the way in)\n");
    text.append("  home  ").append(call.settings().home()).append('\n');
    for (Api.Queue queue : call.api().queues()) {
      text.append("  ").append(QueueVerb.sentence(queue)).append('\n');
    }
    String down = server.text("down");
    if (down != null) {
      text.append("  nothing new starts: ").append(Text.visible(down)).append('\n');
    }
    if (server.flag("draining")) {
      text.append("  nothing new starts: drained; undone by a restart (")
          .append(call.name())
          .append(" stop, then any verb)\n");
    }
    String clock = server.text("clock");
    if (clock != null) {
      text.append("  ").append(Text.visible(clock)).append('\n');
    }
    if (server.flag("lowDisk")) {
      text.append("  the disk is nearly full");
      if (server.has("retention")) {
        text.append("; logs of jobs that have ended take ")
            .append(Text.bytes(Fields.of(server.map().get("retention")).number("logBytes")));
      }
      text.append(" (")
          .append(call.name())
          .append(" rm --older 30d --dry-run says what would go)\n");
    }
    String url = server.text("url");
    if (url != null && Display.isHeadless(call.caller())) {
      text.append("  from your own machine:  ").append(Display.tunnel(url)).append('\n');
    }
  }

  private static String word(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof String text ? Text.visible(text) : Json.write(value);
  }
}
