package dev.bide.checks;

import static dev.bide.checks.CommandRow.command;
import static dev.bide.checks.CommandRow.python;
import static dev.bide.checks.CommandRow.shell;

import java.util.ArrayList;
import java.util.List;

/** Rows about how a command ends, what it reads and writes, and what it does to its own files. */
final class EndingRows {
  /** Where a command's own run directory is. */
  private static final String RUN =
      "cd \"$BIDE_HOME/runs/$BIDE_JOB_NUMBER-${BIDE_JOB_UUID%%-*}/$BIDE_JOB_ATTEMPT\" || exit 99; ";

  private EndingRows() {}

  static List<CommandRow> all() {
    List<CommandRow> rows = new ArrayList<>();
    rows.addAll(signals());
    rows.addAll(streams());
    rows.addAll(limits());
    rows.addAll(files());
    return rows;
  }

  private static List<CommandRow> signals() {
    List<CommandRow> rows = new ArrayList<>();
    // HUP INT QUIT ILL ABRT BUS KILL USR1 SEGV PIPE ALRM TERM XCPU SYS, and the ends of real time
    for (int signal : List.of(1, 2, 3, 4, 6, 7, 9, 10, 11, 13, 14, 15, 24, 31, 34, 64)) {
      rows.add(
          python(
                  "dies of signal " + signal,
                  """
                  import os,resource,signal
                  resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                  if %1$d not in (9, 34): signal.signal(%1$d, signal.SIG_DFL)
                  os.kill(os.getpid(), %1$d)
                  """
                      .formatted(signal))
              .exits(128 + signal));
    }
    rows.addAll(
        List.of(
            shell("signals its own group", "kill -TERM 0; sleep 9; exit 3").exits(143),
            shell("kills its own group", "sleep 1000 & kill -9 0; sleep 9; exit 3").exits(137),
            shell("traps TERM of its own group", "trap 'exit 9' TERM; kill -TERM 0; sleep 9")
                .exits(9),
            shell("kills its launcher", "kill -9 $PPID; exit 3").isLost(),
            shell("stops its launcher", "kill -STOP $PPID; exit 3").exits(3),
            shell("signals its launcher", "kill -TERM $PPID; kill -HUP $PPID; exit 3").exits(3),
            // 32 and 33 are the threads' own: Java, which started this server, leaves them ignored
            command(
                    "has default signals",
                    "grep",
                    "-cE",
                    "^Sig(Blk|Ign):.0000000[01][08]0000000$",
                    "/proc/self/status")
                .logs("2\n"),
            command("becomes another program", "sh", "-c", "exec sh -c 'exec sh -c \"exit 7\"'")
                .exits(7)));
    return rows;
  }

  private static List<CommandRow> streams() {
    return List.of(
        command("reads its input", "cat").logs(""),
        shell("waits for a word", "read -r word || exit 5").exits(5).logs(""),
        shell("writes to its input", "exec 1>&0; echo x 2>/dev/null || exit 6").exits(6),
        shell("opens the terminal", "(: >/dev/tty) 2>/dev/null || exit 7").exits(7),
        shell("has three files open", "ls /proc/self/fd | wc -w").logs("4\n"),
        shell("closes all its files", "exec 0<&- 1>&- 2>&-; exit 8").exits(8).logs(""),
        shell("writes 32 MB at once", "head -c 33554432 /dev/zero").logs(33_554_432L),
        shell("writes 1 MB without a newline", "head -c 1000000 /dev/zero | tr '\\0' x; exit 9")
            .exits(9)
            .says("xxx")
            .logs(1_000_000L),
        shell("ends without a newline", "printf 'one\\ntwo'; exit 9").exits(9).says("two"),
        shell("ends with blank lines", "printf 'one\\n \\n\\n\\t\\n'; exit 9").exits(9).says("one"),
        shell("writes what is no text", "printf 'a\\377\\200\\000\\033[31mb\\033]0;\\303'; exit 9")
            .exits(9)
            .says("b")
            .logs(15L),
        shell("writes on both streams", "echo a; echo b >&2; echo c; exit 1")
            .exits(1)
            .says("c")
            .logs("a\nb\nc\n"),
        shell("leaves one that writes on", "(sleep 0.5; echo late) & echo early")
            .logs("early\nlate\n"));
  }

  private static List<CommandRow> limits() {
    return List.of(
        shell("may write no file", "ulimit -f 0; echo x; echo y; exit 3").exits(1, 153),
        shell("may open no more files", "ulimit -n 3; : </dev/null; exit 4").exits(1, 4),
        shell("may have little memory", "ulimit -v 200000; python3 -c 'b\"a\" * 10 ** 9'")
            .exits(1)
            .says("MemoryError"),
        shell("has no right left", "ulimit -c 0; nice -n 19 sh -c 'exit 5'").exits(5));
  }

  private static List<CommandRow> files() {
    return List.of(
        shell("removes its run directory", RUN + "rm -rf \"$PWD\"; exit 9").exits(9).logs(""),
        shell("removes all its runs", RUN + "cd ..; rm -rf \"$PWD\"; exit 9").exits(9).logs(""),
        shell("removes its log", RUN + "echo x; rm log; exit 9").exits(9).logs(""),
        shell("removes its record", RUN + "rm pid; echo x; exit 9").exits(9).logs("x\n"),
        shell("removes its exit file", RUN + "rm exit; exit 9").exits(9),
        shell("removes its script", RUN + "rm job; exit 9").exits(9),
        shell("shuts its run directory", RUN + "chmod 0 * .; exit 9").exits(9),
        shell("spoils its record", RUN + "echo 1 2 3 4 >pid; exit 9").exits(9),
        shell("empties its exit file", RUN + ": >exit; exit 9").exits(9),
        shell("writes half an exit", RUN + "printf 12 1<>exit; exit 9").exits(9),
        shell("makes its exit file a link", RUN + "ln -sf \"@DIR@/there\" exit; exit 9").exits(9),
        shell("makes its exit file a pipe", RUN + "rm exit; mkfifo exit; exit 9").exits(9),
        shell("makes its log a link", RUN + "ln -sf /etc/passwd log; exit 9").exits(9).logs(""),
        shell("makes its log a pipe", RUN + "rm log; mkfifo log; exit 9").exits(9).logs(""),
        shell("makes its log a directory", RUN + "rm log; mkdir log; exit 9").exits(9).logs(""),
        shell(
                "makes its run directory a link",
                RUN
                    + "mv \"$PWD\" \"@DIR@/away\"; "
                    + "ln -s \"@DIR@/away\" \"$OLDPWD\" 2>/dev/null; exit 9")
            .exits(9),
        shell("cuts its log", RUN + "echo x; : >log; echo y; exit 9").exits(9).says("y"),
        // no more at once than a pipe takes whole: what others say stays readable
        shell(
                "speaks rubbish to the server",
                "for i in 1 2 3 4 5 6 7 8 9; do "
                    + "printf '%4000s\\n' x; printf 'no-such/1 0\\n started\\n1/1 999999 left\\n'; "
                    + "done >>\"$BIDE_HOME/exits\"; exit 9")
            .exits(9),
        shell("removes the launcher's script", "rm \"$BIDE_HOME\"/lib/launcher-*; exit 9")
            .exits(9));
  }
}
