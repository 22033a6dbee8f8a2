package dev.bide.cli;

import dev.bide.api.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code import}: takes over the jobs of an old {@code job_queue.txt}. */
final class ImportVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "import FILE",
            "Takes over the jobs of a job_queue.txt.",
            Option.value("dir", null, "DIR", "where the paths begin (else here)"))
        .withDetails(
            "Its lines are UUID PATH PARAMETER STATE. Waiting jobs will run; finished ones are kept as they are. A job that is known"
                + " already is skipped. FILE may be - for standard input.");
  }

  @Override
  public int run(Call call) throws Trouble {
    List<String> words = call.neededWords("which file? " + call.name() + " import job_queue.txt");
    if (words.size() > 1) {
      throw Trouble.usage("import takes one file");
    }
    byte[] text =
        words.get(0).equals("-")
            ? call.console().readAll().getBytes(StandardCharsets.UTF_8)
            : read(call, words.get(0));
    Path here = Path.of(call.caller().directory());
    String directory = call.arguments().value("dir");
    Fields answer;
    try {
      answer =
          call.api()
              .importText(
                  text,
                  directory == null
                      ? here.toString()
                      : here.resolve(directory).normalize().toString());
    } catch (Refusal e) {
      if (e.status() != Refusal.TOO_LARGE) {
        throw e;
      }
      throw new Trouble(
          Text.visible(words.get(0))
              + " is longer than the 16 MB that can be imported at once: import it in parts;"
              + " nothing was imported",
          e);
    }
    List<?> skipped = answer.list("skipped");
    call.console()
        .message(
            Text.count(answer.number("imported"), "job")
                + " imported, "
                + Text.count(skipped.size(), "line")
                + " skipped");
    for (Object one : skipped) {
      Fields line = Fields.of(one);
      call.console()
          .message("  line " + line.number("line") + ": " + Text.visible(reason(line.text("why"))));
    }
    return 0;
  }

  private static String reason(@Nullable String why) {
    return why == null ? "skipped" : why;
  }

  private static byte[] read(Call call, String name) throws Trouble {
    try {
      return Files.readAllBytes(Path.of(call.caller().directory()).resolve(name));
    } catch (NoSuchFileException e) {
      throw new Trouble("no file " + Text.visible(name), e);
    } catch (IOException | InvalidPathException e) {
      throw new Trouble(Text.visible(name) + " cannot be read: " + e.getMessage(), e);
    }
  }
}
