package dev.bide.cli;

import dev.bide.api.Json;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code backup}: the database as of one moment, in a file of its own. Starts no server. */
final class BackupVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "backup FILE",
            "Copies the database into a file, while the server runs or not.",
            Option.flag("force", null, "replace FILE when it is there"))
        .withDetails(
            "The copy is of one moment and was read through before it gets its name. It holds jobs,"
                + " queues and the environments that jobs were added with, so only you may read it;"
                + " no token, and nothing of what jobs wrote.");
  }

  @Override
  public int run(Call call) throws Trouble {
    Path file = onlyFile(call);
    call.arguments().put("no-start", "");
    Path home = call.settings().home();
    Maintenance.Copier server = call.server().find() == null ? null : call.api()::backup;
    Maintenance.Copied copied =
        call.program().maintenance().backup(home, file, call.arguments().has("force"), server);
    switch (call.format()) {
      case JSON, JSONL -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("file", file.toString());
        map.put("jobs", copied.jobs());
        map.put("bytes", copied.bytes());
        call.console().line(Json.write(map));
      }
      default ->
          call.console()
              .line(
                  Text.count(copied.jobs(), "job")
                      + " in "
                      + Text.visible(file.toString())
                      + " ("
                      + Text.bytes(copied.bytes())
                      + ")");
    }
    return 0;
  }

  /** The one word, as a path from where the caller is. */
  static Path onlyFile(Call call) throws Trouble {
    List<String> words = call.neededWords("which FILE?");
    if (words.size() > 1) {
      throw Trouble.usage("unexpected " + Text.quoted(words.get(1)));
    }
    try {
      return Path.of(call.caller().physicalDirectory()).resolve(words.get(0)).normalize();
    } catch (InvalidPathException e) {
      throw Trouble.usage(Text.quoted(words.get(0)) + " is no name of a file");
    }
  }
}
