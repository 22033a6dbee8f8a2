package dev.bide.checks;

import static dev.bide.checks.CommandRow.command;
import static dev.bide.checks.CommandRow.python;
import static dev.bide.checks.CommandRow.shell;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rows about what a command is given: words, program, directory, environment. */
final class WordRows {
  /** The longest word that Linux lets a program have, without the byte that ends it (execve(2)). */
  private static final int LONGEST_WORD = (128 << 10) - 1;

  private static final String SHOW =
      "import os,sys\nfor n in sys.argv[2:]: print(n, repr(os.environ.get(n)))";

  private WordRows() {}

  static List<CommandRow> all() {
    List<CommandRow> rows = new ArrayList<>();
    rows.addAll(arguments());
    rows.addAll(programs());
    rows.addAll(directories());
    rows.addAll(environments());
    return rows;
  }

  private static List<CommandRow> arguments() {
    String visible = "!\"#$%&'()*+,-./0:;<=>?@[\\]^_`{|}~ \t\r\n\u001b[31m\u0001\u007f";
    String languages = "äß€𝄞\u200f\u202eא\ufeff漢";
    return List.of(
        command("argument with a newline", "printf", "%s", "a\nb\n\n").logs("a\nb\n\n"),
        command("argument of quotes and signs", "printf", "%s", visible).logs(visible),
        command("argument of many languages", "printf", "%s", languages).logs(languages),
        command("argument that a shell would fill in", "printf", "%s", "$HOME `id` ~ * $(id) \\n")
            .logs("$HOME `id` ~ * $(id) \\n"),
        command("argument with a leading dash", "printf", "%s", "-rf").logs("-rf"),
        command("argument of two dashes", "sh", "-c", "printf %s \"$*\"", "--", "--", "-")
            .logs("-- -"),
        command("argument that looks like a variable", "printf", "%s", "UID=5 PATH=/")
            .logs("UID=5 PATH=/"),
        command("empty arguments", "sh", "-c", "echo $#", "", "", "").logs("2\n"),
        command("argument of 128 KB", "printf", "%s", "x".repeat(LONGEST_WORD))
            .logs("x".repeat(LONGEST_WORD)),
        command("argument longer than Linux has it", "printf", "%s", "x".repeat(LONGEST_WORD + 1))
            .refused(),
        command("arguments of 3 MB", many(30, "x".repeat(100_000)))
            .exits(126)
            .says("setsid: "), // "Argument list too long", but bash forgets why
        command("5,000 arguments", many(5_000, "x")).logs("5000\n"),
        command("argument with a NUL", "printf", "a\0b").refused(),
        command("no words").refused(),
        command("empty name", "").refused(),
        shell("empty line", "").refused(),
        shell("line of blanks", "  \n ").refused(),
        shell("line that is no shell", "if then (").exits(1, 127));
  }

  private static String[] many(int count, String word) {
    List<String> words = new ArrayList<>(List.of("sh", "-c", "echo $#", "sh"));
    words.addAll(Collections.nCopies(count, word));
    return words.toArray(String[]::new);
  }

  private static List<CommandRow> programs() {
    String script = "#!/bin/sh\necho \"ran $*\"\n";
    return List.of(
        command("program that is nowhere", "no-such-program-of-bide")
            .cannotStart("program not found: no-such-program-of-bide"),
        command("path to nothing", "./nothing", "x").cannotStart("program not found: ./nothing"),
        command("file that is not executable", "./data", "x")
            .file("data", "rw-r--r--", "no program\n")
            .cannotStart("./data is not executable"),
        command("directory as program", "@DIR@", "x").cannotStart(" is a directory"),
        command("device as program", "/dev/null").cannotStart("/dev/null is not executable"),
        command("dangling link as program", "./link")
            .before(at -> Files.createSymbolicLink(at.resolve("link"), Path.of("gone")))
            .cannotStart("program not found: ./link"),
        command("link in a circle as program", "./link")
            .before(at -> Files.createSymbolicLink(at.resolve("link"), Path.of("link")))
            .cannotStart("program not found: ./link"),
        command("link to a program", "./link", "x")
            .file("script", "rwxr-xr-x", script)
            .before(at -> Files.createSymbolicLink(at.resolve("link"), Path.of("script")))
            .logs("ran x\n"),
        command("script without a shebang", "./script", "x")
            .file("script", "rwxr-xr-x", "echo \"ran $*\"\n")
            .logs("ran x\n"),
        command("empty program", "./script").file("script", "rwxr-xr-x", "").logs(""),
        command("interpreter that is nowhere", "./script")
            .file("script", "rwxr-xr-x", "#!/no/such/interpreter\n")
            .exits(127)
            .says("No such file or directory"),
        command("interpreter that is a directory", "./script")
            .file("script", "rwxr-xr-x", "#!/tmp\n")
            .exits(126)
            .says("ermission denied"),
        command("shebang of Windows", "./script")
            .file("script", "rwxr-xr-x", "#!/bin/sh\r\necho ran\r\n")
            .exits(127)
            .says("No such file or directory"),
        command("program of another machine", "./program")
            .file("program", "rwxr-xr-x", "\u007fELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\1\2\3\4\5")
            .exits(1, 127),
        command("script that runs a script", "./outer", "x")
            .file("outer", "rwxr-xr-x", "")
            .before(
                at -> Files.writeString(at.resolve("outer"), "#!" + at.resolve("inner") + " y\n"))
            .file("inner", "rwxr-xr-x", script)
            .logs("ran y ./outer x\n"),
        command("program with a strange name", "./ a'b\"c\n$d", "x")
            .file(" a'b\"c\n$d", "rwxr-xr-x", script)
            .logs("ran x\n"),
        command("program with a leading dash", "-x", "y")
            .file("-x", "rwxr-xr-x", script)
            .request("environment", Map.of("PATH", "@DIR@:/usr/bin:/bin"))
            .logs("ran y\n"),
        command("program that looks like a variable", "a=b", "y")
            .file("a=b", "rwxr-xr-x", script)
            .request("environment", Map.of("PATH", "@DIR@:/usr/bin:/bin", "UID", "5", "a.b", "c"))
            .logs("ran y\n"),
        command("program that vanished while it waited", "./script")
            .file("script", "rwxr-xr-x", script)
            .whileItWaits(at -> Files.delete(at.resolve("script")))
            .cannotStart("program not found: ./script"),
        command("program through other programs", "nice", "-n", "5", "env", "-i", "/bin/echo", "x")
            .logs("x\n"));
  }

  private static List<CommandRow> directories() {
    String strange = " -d'\"\n$(id) ";
    return List.of(
        command("missing directory", "true")
            .request("directory", "@DIR@/missing")
            .cannotStart("no such directory: "),
        command("file as directory", "true")
            .file("file", "rw-r--r--", "")
            .request("directory", "@DIR@/file")
            .cannotStart("not a directory: "),
        command("directory that vanished while it waited", "true")
            .before(at -> Files.createDirectory(at.resolve("gone")))
            .request("directory", "@DIR@/gone")
            .whileItWaits(at -> Files.delete(at.resolve("gone")))
            .cannotStart("no such directory: "),
        command("directory that became a link to nothing", "true")
            .before(at -> Files.createDirectory(at.resolve("gone")))
            .request("directory", "@DIR@/gone")
            .whileItWaits(
                at -> {
                  Files.delete(at.resolve("gone"));
                  Files.createSymbolicLink(at.resolve("gone"), Path.of("nowhere"));
                })
            .cannotStart("no such directory: "),
        command("directory with a strange name", "sh", "-c", "printf %s \"${PWD##*/}\"")
            .before(at -> Files.createDirectory(at.resolve(strange)))
            .request("directory", "@DIR@/" + strange)
            .logs(strange),
        command("relative directory", "true").request("directory", "here").refused(),
        shell("leaves its directory", "cd / && pwd && exit 3").exits(3).logs("/\n"),
        shell("removes its directory", "rmdir \"$PWD\" && echo done && exit 4")
            .exits(4)
            .logs("done\n"));
  }

  private static List<CommandRow> environments() {
    Map<String, String> big = new TreeMap<>();
    for (int index = 0; index < 9; index++) {
      big.put("BIG" + index, "x".repeat(120_000));
    }
    Map<String, String> odd = new TreeMap<>();
    for (String name :
        List.of(
            "A.B",
            "a-b",
            "1X",
            "ä",
            "with space",
            "BASH_FUNC_f%%",
            "-x",
            "UID",
            "PPID",
            "RANDOM",
            "LINENO",
            "OPTIND",
            "BASHOPTS",
            "SHELLOPTS",
            "GROUPS",
            "if",
            "IFS")) {
      odd.put(name, "value 'of' " + name + "\n");
    }
    List<String> words = new ArrayList<>(List.of(CommandRow.PYTHON, "-ISc", SHOW, "@DIR@"));
    words.addAll(odd.keySet());
    StringBuilder shown = new StringBuilder();
    odd.forEach(
        (name, value) ->
            shown.append(name).append(" \"").append(value.replace("\n", "\\n")).append("\"\n"));
    String traps = "touch trapped";
    return List.of(
        python(
                "environment of 1 MB",
                "import os;print(len(''.join(os.environ[k] for k in os.environ if k.startswith('BIG'))))")
            .request("environment", big)
            .logs("1080000\n"),
        command("variable longer than Linux has it", "true")
            .request("environment", Map.of("LONG", "x".repeat(LONGEST_WORD)))
            .refused(),
        command("odd names of variables", words.toArray(String[]::new))
            .request("environment", odd)
            .logs(shown.toString()),
        shell("variables that make a shell do things", "ls")
            .file("rc", "rwxr-xr-x", traps + "\n")
            .request(
                "environment",
                Map.of(
                    "ENV",
                    "@DIR@/rc",
                    "BASH_ENV",
                    "@DIR@/rc",
                    "PS4",
                    "$(touch trapped)",
                    "PROMPT_COMMAND",
                    traps,
                    "LS_COLORS",
                    "",
                    "CDPATH",
                    "/tmp"))
            .logs("rc\n"),
        python("names that are Bide's", SHOW)
            .request(
                "command",
                List.of(CommandRow.PYTHON, "-ISc", SHOW, "@DIR@", "BIDE_SECRET", "bide_run"))
            .request("environment", Map.of("BIDE_SECRET", "1", "bide_run", "2"))
            .logs("BIDE_SECRET None\nbide_run None\n"),
        command("no environment at all", "sh", "-c", "echo ${HOME-none} ${FOO-none}")
            .request("inheritEnvironment", false)
            .request("environment", Map.of())
            .logs("none none\n"),
        command("value with a NUL", "true").request("environment", Map.of("A", "a\0b")).refused(),
        command("name with an equals sign", "true")
            .request("environment", Map.of("A=B", "c"))
            .refused(),
        shell("umask 0077", "umask").request("umask", "0077").logs("0077\n"));
  }
}
