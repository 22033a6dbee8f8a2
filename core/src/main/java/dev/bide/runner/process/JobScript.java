package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.ProcessMarks;
import dev.bide.job.Program;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code job} of a run directory: what the launcher runs, and what a person reads or runs
 * again by hand ({@code sh job}). A value with line breaks, quotes or any other byte arrives
 * unchanged. Pure.
 */
final class JobScript {
  /** Second line of every script this version writes; a server leaves alone what it cannot read. */
  static final String FORMAT = "# Bide job, format 1";

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * Names that mean something to one shell or another: an {@code export} would fail, change how the
   * rest of the script is read, or not arrive. They travel as arguments of env(1).
   */
  private static final Set<String> SPECIAL =
      Set.of(
          "UID",
          "EUID",
          "PPID",
          "GROUPS",
          "SHELLOPTS",
          "BASHOPTS",
          "BASHPID",
          "RANDOM",
          "SRANDOM",
          "SECONDS",
          "EPOCHSECONDS",
          "EPOCHREALTIME",
          "LINENO",
          "OPTIND",
          "OPTARG",
          "OPTERR",
          "IFS",
          "DIRSTACK",
          "FUNCNAME",
          "HISTCMD",
          "POSIXLY_CORRECT",
          "ENV",
          "BASH_ENV",
          "CDPATH",
          "PS1",
          "PS2",
          "PS4",
          "MAIL",
          "MAILPATH",
          "MAILCHECK",
          "TMOUT");

  /** What a shell sets for itself, and the terminal nobody has. */
  private static final Set<String> DROPPED = Set.of("PWD", "OLDPWD", "SHLVL", "_", "TERM");

  private JobScript() {}

  /**
   * What an attempt's process finds in its environment.
   *
   * @param home the home of the queue
   * @param url start of the page's address, or null
   * @param own what the submitter asked for
   */
  static Map<String, String> environment(
      AttemptId attempt, Job job, String home, @Nullable String url, Map<String, String> own) {
    Map<String, String> all = new TreeMap<>();
    all.put("PYTHONUNBUFFERED", "1");
    all.put("COLUMNS", "120");
    all.put("TQDM_MININTERVAL", "1");
    own.forEach(
        (name, value) -> {
          if (!name.isEmpty()
              && !name.startsWith("BIDE_")
              && !name.startsWith("bide_")
              && !DROPPED.contains(name)) {
            all.put(name, value);
          }
        });
    all.put("BIDE_HOME", home);
    all.put("BIDE_JOB_NUMBER", Long.toString(job.number()));
    all.put("BIDE_JOB_UUID", job.uuid().toString());
    all.put("BIDE_JOB_ATTEMPT", Integer.toString(attempt.attempt()));
    all.put("BIDE_JOB_QUEUE", job.queue());
    String schedule = job.terms().schedule();
    if (schedule != null) {
      all.put("BIDE_SCHEDULE", schedule);
      all.put("BIDE_SCHEDULED_AT", String.valueOf(job.terms().plannedFor()));
    }
    all.put(ProcessMarks.ATTEMPT, attempt.cookie());
    if (url != null) {
      all.put("BIDE_JOB_URL", url + (url.endsWith("/") ? "" : "/") + "jobs/" + job.number());
    }
    return all;
  }

  /**
   * Writes the script.
   *
   * @throws IllegalArgumentException when a word or a value holds a NUL: nothing can carry it
   */
  static byte[] write(AttemptId attempt, Job job, Map<String, String> environment) {
    List<String> words = words(job.program());
    boolean plainWords = words.stream().allMatch(JobScript::isPlain);
    StringBuilder script = new StringBuilder(4096);
    script.append("#!/bin/sh\n").append(FORMAT).append('\n');
    script
        .append("# Job ")
        .append(job.number())
        .append(", attempt ")
        .append(attempt.attempt())
        .append(": ")
        .append(comment(job.program().commandLine()))
        .append("\n# To run it again by hand: sh job\n");
    script.append("cd -- ").append(quote(job.directory())).append(" || exit 126\nunset OLDPWD\n");
    script.append("umask ").append(String.format("%04o", job.umask())).append('\n');
    if (!environment.containsKey("PATH")) {
      script.append("unset PATH\n");
    }
    StringBuilder language = new StringBuilder();
    List<String> byEnv = new ArrayList<>();
    environment.forEach(
        (name, value) -> {
          if (isLanguage(name) && plainWords) {
            // last, since a shell may read what follows by it; hushed, since bash complains of one
            // that is not installed
            language.append("export ").append(name).append('=').append(quote(value));
            language.append(" 2>/dev/null\n");
          } else if (isSpecial(name)) {
            byEnv.add(name + "=" + value);
          } else {
            script.append("export ").append(name).append('=').append(quote(value)).append('\n');
          }
        });
    script.append(language).append("exec ${bide_run-}");
    if (!byEnv.isEmpty()) {
      script.append(" /usr/bin/env --");
      byEnv.forEach(word -> script.append(' ').append(quote(word)));
    }
    String program = words.get(0);
    if (program.contains("=") && !byEnv.isEmpty()) {
      script.append(" /bin/sh -c 'exec \"$0\" \"$@\"'"); // env would take it for a variable
    } else if (program.startsWith("-") && byEnv.isEmpty()) {
      script.append(" /usr/bin/env --"); // setsid would take it for an option
    }
    words.forEach(word -> script.append(' ').append(quote(word)));
    script.append('\n');
    if (script.indexOf("\0") >= 0) {
      throw new IllegalArgumentException(
          "a command, its directory or its environment holds a NUL byte, which no program can get");
    }
    return script.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> words(Program program) {
    if (program instanceof Program.Argv argv) {
      return argv.words();
    }
    return List.of("/bin/sh", "-c", ((Program.ShellLine) program).line());
  }

  private static boolean isLanguage(String name) {
    return (name.equals("LANG") || name.startsWith("LC_")) && IDENTIFIER.matcher(name).matches();
  }

  private static boolean isSpecial(String name) {
    return SPECIAL.contains(name)
        || name.startsWith("BASH")
        || name.equals("LANG")
        || name.startsWith("LC_")
        || !IDENTIFIER.matcher(name).matches();
  }

  /** Means the same in every character set. */
  private static boolean isPlain(String word) {
    return word.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static String comment(String commandLine) {
    String line = commandLine.length() > 200 ? commandLine.substring(0, 200) + "…" : commandLine;
    return line.replaceAll("\\p{Cntrl}", "?");
  }
}
