package dev.bide.checks;

import static dev.bide.checks.CommandRow.command;
import static dev.bide.checks.CommandRow.python;
import static dev.bide.checks.CommandRow.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows about a command's processes: what is left alone when it ends, and that a cancel ends all.
 */
final class TreeRows {
  /** For Python: children, and files by which they say that they are where they should be. */
  private static final String CHILDREN =
      """
      import os,signal,sys,time
      def up(name): open(os.path.join(sys.argv[1], name), 'w').close()
      def awaited(*names):
        while not all(os.path.exists(os.path.join(sys.argv[1], n)) for n in names): time.sleep(.01)
      def child(work):
        if os.fork() == 0:
          work()
          os._exit(0)
      def rest():
        while True: time.sleep(1000)
      def daemon(work):
        def first():
          os.setsid()
          child(work)
        child(first)
        os.wait()
      def deaf(): signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(1, signal.SIG_IGN)
      def halt(): os.kill(os.getpid(), signal.SIGSTOP)
      """;

  private static final String READY = "awaited('up')\nup('ready')\nrest()\n";

  private TreeRows() {}

  static List<CommandRow> all() {
    List<CommandRow> rows = new ArrayList<>();
    rows.addAll(left());
    rows.addAll(cancelled());
    rows.addAll(cancelledChildren());
    return rows;
  }

  private static CommandRow children(String name, String program) {
    return python(name, CHILDREN + program);
  }

  /** Ended by themselves; what they leave is left alone. */
  private static List<CommandRow> left() {
    return List.of(
        shell("leaves a child in the background", "sleep 1000 & exit 3").exits(3).leaves(1),
        shell("leaves one and says so", "sleep 1000 & echo x")
            .says("1 process of it is still running: ")
            .leaves(1),
        shell("leaves one that hears no hangup", "nohup sleep 1000 >out 2>&1 & exit 0").leaves(1),
        shell("leaves one that holds the log", "(sleep 1000; echo x) & exit 0").leaves(2),
        shell(
                "leaves a session",
                "setsid sh -c 'echo x >up; sleep 1000; :' >/dev/null & "
                    + "while [ ! -s up ]; do sleep 0.02; done; exit 3")
            .exits(3)
            .leaves(2),
        shell("forks twice", "( (sleep 1000 &) & ) ; exit 3").exits(3).leaves(1),
        children(
                "becomes a daemon",
                """
            def work():
              os.chdir('/'); os.umask(0); os.closerange(0, 256); up('up'); rest()
            daemon(work); awaited('up'); sys.exit(3)
            """)
            .exits(3)
            .leaves(1),
        children(
                "leaves a stopped child",
                """
            def work(): up('up'); halt()
            child(work); awaited('up'); sys.exit(3)
            """)
            .exits(3)
            .leaves(1),
        children(
                "makes 50 zombies",
                """
            for i in range(50): child(lambda: None)
            time.sleep(.2); sys.exit(3)
            """)
            .exits(3),
        children(
                "forks 100 children",
                """
            for i in range(100): child(lambda: time.sleep(.2))
            for i in range(100): os.wait()
            sys.exit(3)
            """)
            .exits(3));
  }

  private static List<CommandRow> cancelled() {
    return List.of(
        shell("cancelled while it sleeps", ": >ready; sleep 1000").cancelled(30, 143, 143),
        command("cancelled as one process", "sh", "-c", ": >ready; exec sleep 1000")
            .cancelled(30, 143, 143),
        shell(
                "cancelled and ends well",
                "trap 'exit 0' TERM; : >ready; while :; do sleep 0.1; done")
            .cancelled(30, 0, 0),
        shell(
                "cancelled and ends its own way",
                "trap 'echo bye; exit 4' TERM; sleep 1000 & : >ready; while :; do wait; done")
            .logs("bye\n")
            .cancelled(30, 4, 4),
        shell("is cancelled before its next command", ": >ready; sleep 1000; echo next")
            .logs("")
            .cancelled(30, 143, 143),
        shell("ignores TERM", "trap '' TERM; : >ready; sleep 1000; sleep 1000")
            .cancelled(1, 137, 137),
        shell("is given no grace", "trap '' TERM; : >ready; sleep 1000").killed(),
        children(
                "blocks every signal",
                """
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); up('ready'); rest()
            """)
            .cancelled(1, 137, 137),
        children(
                "traps everything",
                """
            for s in range(1, 65):
              try: signal.signal(s, lambda *a: None)
              except (OSError, ValueError): pass
            up('ready'); rest()
            """)
            .cancelled(1, 137, 137),
        shell("stops itself", ": >ready; kill -STOP $$; sleep 1000").cancelled(30, 143, 143),
        children("stops itself and ignores TERM", "deaf(); up('ready'); halt(); rest()")
            .cancelled(1, 137, 137),
        children(
                "stops itself and blocks CONT",
                """
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); up('ready'); halt(); rest()
            """)
            .killed(),
        children(
                "wants its own session",
                """
            child(lambda: (os.setsid(), up('up'), rest()))
            """
                    + READY)
            .cancelled(30, 143, 143),
        children(
                "has 50 threads",
                """
            import threading
            for i in range(50): threading.Thread(target=rest).start()
            up('ready')
            """)
            .cancelled(30, 143, 143),
        children(
                "ends its first thread",
                """
            import ctypes,threading
            c = ctypes.CDLL(None)
            def other():
              while open('/proc/%d/stat' % os.getpid()).read().rsplit(')')[-1].split()[0] != 'Z':
                time.sleep(.01)
              up('ready'); rest()
            threading.Thread(target=other).start()
            time.sleep(.1); c.pthread_exit(None)
            """)
            .cancelled(30, 143, 143),
        command("has a name that looks like a table", "./) Z 1 1 1 (", "1000")
            .file("up", "rw-r--r--", "")
            .before(TreeRows::sleeper)
            .cancelled(30, 143, 143));
  }

  /** The program {@code sleep} under a name that confuses who splits /proc/PID/stat at blanks. */
  private static void sleeper(Path directory) throws IOException {
    Path script = directory.resolve(") Z 1 1 1 (");
    Files.writeString(script, "#!/bin/sh\n: >ready\nwhile :; do sleep 0.5; done\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static List<CommandRow> cancelledChildren() {
    // a shell that waits may see its child end before it is asked itself: 0
    return List.of(
        children(
                "has a child that ignores TERM",
                "child(lambda: (deaf(), up('up'), rest()))\n" + READY)
            .cancelled(1, 143, 143),
        children("has a stopped child", "child(lambda: (up('up'), halt()))\n" + READY)
            .cancelled(30, 143, 143),
        children(
                "has daemons that ignore TERM and are stopped",
                "def work(): deaf(); up('up'); halt(); rest()\n"
                    + "daemon(work)\ndaemon(work)\n"
                    + READY)
            .cancelled(1, 143, 143),
        children(
                "is deaf itself and has stopped daemons",
                "deaf()\ndef work(): deaf(); up('up'); halt(); rest()\ndaemon(work)\n" + READY)
            .cancelled(1, 137, 137),
        children(
                "has a daemon with no files and another directory",
                """
            def work(): os.chdir('/'); up('up'); os.closerange(0, 256); deaf(); rest()
            daemon(work)
            """
                    + READY)
            .cancelled(1, 143, 143),
        shell(
                "has a child without an environment in its session",
                "env -i sh -c ': >up; sleep 1000; :' \"@DIR@\" & : >ready; wait")
            .cancelled(30, 0, 143),
        shell(
                "has a child without an environment in another session",
                "env -i setsid -w sh -c ': >ready; sleep 1000; :' \"@DIR@\" & wait")
            .cancelled(30, 0, 143),
        shell(
                "has a child that is another user",
                "setpriv --reuid 65534 --regid 65534 --clear-groups "
                    + "sh -c 'trap \"\" TERM; sleep 1000; :' & : >ready; wait")
            .cancelled(1, 0, 143),
        shell(
                "has a namespace of processes",
                "unshare --pid --fork sh -c ': >ready; sleep 1000; :' & wait")
            .cancelled(1, 0, 143),
        shell("has groups of its own", "set -m; sleep 1000 & sleep 1000 | cat & : >ready; wait")
            .cancelled(30, 0, 143),
        children(
                "has a terminal of its own",
                """
            import pty
            if pty.fork()[0] == 0: deaf(); up('up'); rest()
            """
                    + READY)
            .cancelled(1, 143, 143),
        command("has a chain of 30", "sh", "./chain", "0")
            .file(
                "chain",
                "rwxr-xr-x",
                "n=$1; if [ $n -lt 30 ]; then sh ./chain $((n + 1)); "
                    + "else : >ready; sleep 1000; fi; :\n")
            .cancelled(30, 0, 143),
        children(
                "has 500 children",
                """
            for i in range(500): child(rest)
            up('ready'); rest()
            """)
            .cancelled(30, 143, 143),
        children(
                "has 50 zombies",
                """
            for i in range(50): child(lambda: None)
            time.sleep(.2); up('ready'); rest()
            """)
            .cancelled(30, 143, 143),
        children(
                "forks while it is hunted",
                """
            deaf()
            end = time.monotonic() + 60 # whatever becomes of the check
            def go():
              os.setsid()
              while time.monotonic() < end:
                time.sleep(.02)
                if os.fork() != 0: os._exit(0)
            child(go); child(go); up('ready')
            rest()
            """)
            .cancelled(1, 137, 137),
        children(
                "has two that bring each other back",
                """
            deaf()
            def guard():
              deaf(); os.setsid()
              while True:
                if os.fork() == 0: os.setsid(); deaf(); rest()
                os.wait()
            child(guard); child(guard); up('ready')
            while True:
              try: os.wait()
              except ChildProcessError: rest()
              child(guard)
            """)
            .cancelled(1, 137, 137),
        children(
                "hides its environment",
                """
            def work():
              deaf(); up('up')
              os.execve('/usr/bin/env', ['env', '-i', 'sleep', '1000'], {'A': 'b'})
            child(work)
            """
                    + READY)
            .cancelled(1, 143, 143));
  }
}
