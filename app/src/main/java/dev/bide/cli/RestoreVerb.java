package dev.bide.cli;

import dev.bide.api.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code restore}: a backup becomes the database of a home that has none. Starts no server. */
final class RestoreVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "restore FILE",
            "Makes a backup the database of a home that has none.",
            Option.flag("paused", null, "pause every queue, so that nothing starts by itself"))
        .withDetails(
            "What ran when the backup was made and is not found here is LOST: how it ended is not"
                + " known. What waited then waits again, also when it has run since; --paused gives"
                + " time to look. Numbers go on where the backup ends.");
  }

  @Override
  public int run(Call call) throws Trouble {
    Path file = BackupVerb.onlyFile(call);
    call.arguments().put("no-start", "");
    Path home = call.settings().home();
    if (call.server().find() != null) {
      throw new Trouble(
          "a server runs for "
              + home
              + ": "
              + call.name()
              + " stop ends it, but it has a database; another home is chosen by --home DIR");
    }
    boolean paused = call.arguments().has("paused");
    Maintenance.Restored restored = call.program().maintenance().restore(file, home, paused);
    switch (call.format()) {
      case JSON, JSONL -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("jobs", restored.jobs());
        map.put("lost", restored.lost());
        map.put("running", restored.running());
        map.put("waiting", restored.waiting());
        call.console().line(Json.write(map));
      }
      default -> call.console().line(sentence(restored, paused));
    }
    return 0;
  }

  private static String sentence(Maintenance.Restored restored, boolean paused) {
    StringBuilder out = new StringBuilder(Text.count(restored.jobs(), "job")).append(" restored");
    if (restored.lost() > 0) {
      out.append("; ")
          .append(restored.lost())
          .append(" ran when the backup was made and ")
          .append(restored.lost() == 1 ? "is" : "are")
          .append(" LOST");
    }
    if (restored.running() > 0) {
      out.append("; ")
          .append(restored.running())
          .append(restored.running() == 1 ? " is" : " are")
          .append(" here still, and the next server finds out");
    }
    if (restored.waiting() > 0) {
      out.append("; ")
          .append(restored.waiting())
          .append(restored.waiting() == 1 ? " waits" : " wait")
          .append(paused ? ", in paused queues" : " and will start with the next server");
    }
    return out.toString();
  }
}
