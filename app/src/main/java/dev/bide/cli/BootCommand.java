package dev.bide.cli;

import dev.bide.job.CommandLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is to run when the machine has started: this program as the caller started it, and those of
 * the caller's variables without which it would find another home, other settings or no Java.
 *
 * @param home whose server it is
 * @param program the words that start the program, the first one a path
 * @param variables to be set for it; {@code BIDE_HOME} only where the home would be another
 */
record BootCommand(Path home, List<String> program, Map<String, String> variables) {
  /** And the locale, in which Java understands names of files. */
  private static final Set<String> KEPT =
      Set.of(
          "JAVA_HOME",
          "XDG_CONFIG_HOME",
          "BIDE_PORT",
          "BIDE_HOST_NAMES",
          "BIDE_GRACE",
          "LANG",
          "TZ");

  private static final List<String> VERB = List.of("serve", "--service");

  /** What ends the line of a crontab, by which it is found again. */
  private static final String CRON_MARK = " # bide service";

  /** Vixie cron takes a thousand characters for a command and drops the whole line beyond. */
  private static final int CRON_LONGEST = 990;

  BootCommand {
    program = List.copyOf(program);
    variables = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /**
   * For the caller's home.
   *
   * @throws Trouble when a word could not be written into a unit or a crontab
   */
  static BootCommand of(Call call) throws Trouble {
    Path home = call.settings().home();
    Map<String, String> variables = new LinkedHashMap<>();
    if (!home.equals(call.homeOfABareCaller())) {
      variables.put("BIDE_HOME", home.toString());
    }
    variables.put("PATH", directories(call.caller().variables().getOrDefault("PATH", "")));
    new TreeMap<>(call.caller().variables())
        .forEach(
            (name, value) -> {
              if (!value.isEmpty() && (KEPT.contains(name) || name.startsWith("LC_"))) {
                variables.put(name, value);
              }
            });
    Path script = call.caller().script();
    BootCommand command =
        new BootCommand(
            home,
            script == null ? call.program().asStarted() : List.of(script.toString()),
            variables);
    command.refuseControlCharacters();
    return command;
  }

  /** Those that are there, once each: a path of years would be longer than a crontab's line. */
  private static String directories(String path) {
    String there =
        Arrays.stream(path.split(":", -1))
            .filter(one -> one.startsWith("/") && Files.isDirectory(Path.of(one)))
            .distinct()
            .collect(Collectors.joining(":"));
    return there.isEmpty() ? "/usr/local/bin:/usr/bin:/bin" : there;
  }

  private void refuseControlCharacters() throws Trouble {
    for (String one : all()) {
      if (one.chars().anyMatch(Character::isISOControl)) {
        throw new Trouble(
            Text.quoted(one)
                + " holds a line break or control character, which neither a unit of systemd nor a"
                + " crontab can hold: choose another name");
      }
    }
  }

  private List<String> all() {
    List<String> all = new ArrayList<>(program);
    all.add(home.toString());
    all.addAll(variables.values());
    return all;
  }

  /** Variables and words for a shell, for a person who has to put it somewhere by hand. */
  String line() {
    return line(variables);
  }

  private String line(Map<String, String> set) {
    return set.entrySet().stream()
            .map(one -> one.getKey() + "=" + CommandLine.join(List.of(one.getValue())) + " ")
            .collect(Collectors.joining())
        + CommandLine.join(words());
  }

  private List<String> words() {
    List<String> words = new ArrayList<>(program);
    words.addAll(VERB);
    return words;
  }

  // ---- systemd

  /**
   * The unit. Without KillMode=process systemd would kill the jobs at each restart of the server,
   * and without OOMPolicy=continue it would stop the server when one job is out of memory.
   */
  String unit() {
    StringBuilder text = new StringBuilder();
    text.append(UserUnit.MARK).append('\n').append(UserUnit.HOME).append(home).append('\n');
    text.append(
        """
        [Unit]
        Description=Bide, a job queue

        [Service]
        """);
    variables.forEach(
        (name, value) ->
            text.append("Environment=").append(unitWord(name + "=" + value)).append('\n'));
    text.append("ExecStart=").append(unitCommand()).append('\n');
    text.append(
        """
        # jobs are no part of the server: they go on when it stops
        KillMode=process
        Delegate=yes
        OOMPolicy=continue
        Restart=on-failure
        RestartSec=1
        # 17: the home has a server that a command started
        SuccessExitStatus=%d

        [Install]
        WantedBy=default.target
        """
            .formatted(ServerProgram.HOME_IS_TAKEN));
    return text.toString();
  }

  private String unitCommand() {
    List<String> words = new ArrayList<>();
    if (program.get(0).contains("$")) { // systemd takes the first word as it is, the others not
      words.addAll(List.of("/bin/sh", "-c", "exec \"$0\" \"$@\""));
    }
    words.addAll(words());
    return words.stream()
        .map(word -> unitWord(word).replace("$", "$$"))
        .collect(Collectors.joining(" "));
  }

  /** As systemd.syntax(7) and systemd.service(5) want a word. */
  private static String unitWord(String word) {
    String escaped = word.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%");
    return escaped.matches("[\\p{L}\\p{N}_@%+=:,./-]+") ? escaped : '"' + escaped + '"';
  }

  // ---- cron

  /**
   * The line of a crontab.
   *
   * @throws Trouble when cron would not take it
   */
  String cronLine() throws Trouble {
    Map<String, String> set = new LinkedHashMap<>();
    set.put("BIDE_HOME", home.toString());
    set.putAll(variables);
    String log = CommandLine.join(List.of(home.resolve("server.log").toString()));
    String command = cron(line(set) + " >>" + log + " 2>&1") + CRON_MARK;
    if (all().stream().anyMatch(one -> one.contains("\\"))) { // not the same in every cron
      throw new Trouble("cron does not keep a backslash in a name: move the home or the program");
    }
    if (command.length() > CRON_LONGEST) {
      throw new Trouble(
          "the line for the crontab has "
              + command.length()
              + " characters and cron takes "
              + CRON_LONGEST
              + ": set a shorter PATH for this call");
    }
    return "@reboot " + command;
  }

  /** True for the line of this home, whatever else it says. */
  static boolean isCronLine(String line, Path home) {
    String start = "@reboot BIDE_HOME=" + cron(CommandLine.join(List.of(home.toString()))) + " ";
    return line.startsWith(start) && line.endsWith(CRON_MARK);
  }

  /** Cron ends a command at a percent sign. */
  private static String cron(String command) {
    return command.replace("%", "\\%");
  }
}
