package dev.bide.checks.clone;

import dev.bide.checks.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Types the commands of a page into one shell at a terminal of 100 columns, in a directory that
 * looks like the clone, with a home of its own.
 */
final class TerminalSession {
  private static final char MARK = '\u001e';
  private static final List<String> LINKED = List.of("bide", "examples", "app");
  private static final Pattern ENDED = Pattern.compile(MARK + "(\\d+) (\\d+)\n");

  /**
   * What a command did.
   *
   * @param code its exit code
   * @param answer what it wrote to the terminal
   */
  record Answer(int code, List<String> answer) {}

  private final Path directory;

  /**
   * In an empty directory.
   *
   * @param directory becomes the home of the person at the terminal
   */
  TerminalSession(Path directory) {
    this.directory = directory;
  }

  List<Answer> type(List<ConsolePage.Step> steps) throws IOException {
    Path clone = Files.createDirectory(directory.resolve("bide"));
    for (String name : LINKED) {
      Files.createSymbolicLink(clone.resolve(name), Checkout.file(name));
    }
    StringBuilder script = new StringBuilder("stty cols 100\ncd bide\nlast=0\n");
    for (int i = 0; i < steps.size(); i++) {
      Path file = directory.resolve("step-" + i);
      Files.writeString(file, steps.get(i).command() + "\n");
      script.append(steps.get(i).interrupted() ? interrupted(steps.get(i)) : sourced(file));
      script.append("last=$?; printf '" + MARK + "%d %d\\n' ").append(i).append(" $last\n");
    }
    Path session = directory.resolve("session");
    Files.writeString(session, script);
    shell().run(Checkout.file("bide").toString(), "version"); // builds now, if it must
    String shown;
    try {
      shown = shell().run("script", "-qefc", "sh '" + session + "'", "/dev/null").output();
      shell().run(Checkout.file("bide").toString(), "stop", "--kill-jobs");
    } finally {
      ProcessTable.endAll(directory.resolve(".local/share/bide"));
    }
    for (String name : LINKED) {
      Files.delete(clone.resolve(name)); // else JUnit warns of them when it cleans up
    }
    return answers(shown.replace("\r", ""));
  }

  private Shell shell() {
    return new Shell(
        directory,
        Map.of(
            "TZ",
            zoneWhereItIsNoon(),
            "HOME",
            directory.toString(),
            "PATH",
            System.getProperty("java.home") + "/bin:" + System.getenv("PATH"),
            "JAVA_HOME",
            System.getProperty("java.home"),
            "LANG",
            "C.UTF-8",
            "NO_COLOR",
            "1",
            "TMPDIR",
            System.getProperty("java.io.tmpdir"),
            "TERM",
            "xterm",
            "USER",
            "ada"));
  }

  /** What happens shows its time of day alone until midnight, which comes to no session there. */
  private static String zoneWhereItIsNoon() {
    int ahead = 12 - OffsetTime.now(ZoneOffset.UTC).getHour();
    return "Etc/GMT" + (ahead < 0 ? "+" : "-") + Math.abs(ahead); // with the signs of POSIX
  }

  private static String sourced(Path file) {
    return "(exit $last); . '" + file + "'\n";
  }

  /** Runs it in the foreground, and interrupts it like Ctrl+C once a server of ours is ready. */
  private String interrupted(ConsolePage.Step step) {
    Path pid = directory.resolve("interrupted");
    Path ready = directory.resolve(".local/share/bide/server.json");
    return "{ until [ -s '%s' ]; do sleep 0.1; done; kill -INT $(cat '%s'); } &\n"
            .formatted(ready, pid)
        + "sh -c 'echo $$ >\"$0\"; exec %s' '%s'\n".formatted(step.command(), pid);
  }

  private static List<Answer> answers(String shown) {
    List<Answer> answers = new ArrayList<>();
    Matcher ended = ENDED.matcher(shown);
    int from = 0;
    while (ended.find()) {
      answers.add(
          new Answer(
              Integer.parseInt(ended.group(2)),
              shown.substring(from, ended.start()).lines().toList()));
      from = ended.end();
    }
    return answers;
  }
}
