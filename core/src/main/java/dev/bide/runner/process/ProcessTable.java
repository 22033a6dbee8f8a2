package dev.bide.runner.process;

import dev.bide.job.ProcessIdentity;
import dev.bide.job.ProcessMarks;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What {@code /proc} says about processes (proc(5)). Reading one process costs microseconds, a
 * whole {@link #snapshot} tens of milliseconds: only for stopping and for what is left.
 * Thread-safe.
 */
final class ProcessTable {
  private static final Path PROC = Path.of("/proc");

  /** What a server that a command has started has in its environment, and no job. */
  private static final byte[] SERVER_MARK =
      (ProcessMarks.SERVER + "=1\0").getBytes(StandardCharsets.UTF_8);

  private static final byte[] ANY_MARK =
      (ProcessMarks.ATTEMPT + "=").getBytes(StandardCharsets.UTF_8);

  /** A look takes some milliseconds, the next only what is new; somewhere always something is. */
  private static final int MOST_LOOKS = 4;

  private static final Pattern LAUNCHER = Pattern.compile(".*/launcher-[0-9]+-[0-9a-f]{8}\\.sh");

  private ProcessTable() {}

  /**
   * One line of the table.
   *
   * @param pid process id
   * @param state one letter: R, S, D, T, Z …
   * @param parent pid of its parent
   * @param group its process group
   * @param session its session
   * @param threads how many it has, the first one counted even when it has ended
   * @param startTicks clock ticks between the boot and its start: pid and this name it for good
   */
  record Stat(
      long pid, char state, long parent, long group, long session, long threads, long startTicks) {

    /** True for one that was stopped by a signal and waits to be told to go on. */
    boolean isStopped() {
      return state == 'T';
    }

    /** False for one that ended and waits to be reaped: it runs nothing any more. */
    boolean runs() {
      return !firstThreadEnded() || threads > 1;
    }

    /** True also for one whose other threads go on: the kernel shows it as a zombie. */
    private boolean firstThreadEnded() {
      return state == 'Z' || state == 'X';
    }
  }

  /** The process with this id, if there is one. */
  static Optional<Stat> stat(long pid) {
    byte[] buffer = new byte[1024];
    int length = 0;
    try (FileInputStream in = new FileInputStream("/proc/" + pid + "/stat")) {
      length = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
    } catch (IOException e) {
      return Optional.empty();
    }
    return parse(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
  }

  /** The second field is the program's name in parentheses and may hold anything, even `) `. */
  static Optional<Stat> parse(String line) {
    int open = line.indexOf(" (");
    int close = line.lastIndexOf(')');
    if (open < 0 || close < open) {
      return Optional.empty();
    }
    String[] fields = line.substring(close + 1).strip().split(" ", 21);
    if (fields.length < 20) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Stat(
              Long.parseLong(line.substring(0, open)),
              fields[0].charAt(0),
              Long.parseLong(fields[1]),
              Long.parseLong(fields[2]),
              Long.parseLong(fields[3]),
              Long.parseLong(fields[17]),
              Long.parseLong(fields[19])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** True while exactly this process runs; the boot is the caller's to compare. */
  static boolean runs(long pid, long startTicks) {
    Optional<Stat> stat = stat(pid);
    return stat.isPresent() && stat.get().startTicks() == startTicks && stat.get().runs();
  }

  /** All processes that run now, those included that were forked while it was looked. */
  static Snapshot snapshot() throws IOException {
    Set<Long> seen = new HashSet<>();
    Map<Long, Stat> found = new HashMap<>();
    for (int look = 0; look < MOST_LOOKS; look++) {
      Map<Long, Stat> more = newcomers(seen).processes;
      found.putAll(more);
      if (more.isEmpty()) {
        break;
      }
    }
    return new Snapshot(found);
  }

  /**
   * Those that run now and were not seen before; costs little where most were.
   *
   * @param seen process ids; those that there are now are added
   */
  static Snapshot newcomers(Set<Long> seen) throws IOException {
    Map<Long, Stat> found = new HashMap<>();
    for (long pid : pids()) {
      if (seen.add(pid)) {
        stat(pid).filter(Stat::runs).ifPresent(stat -> found.put(stat.pid(), stat));
      }
    }
    return new Snapshot(found);
  }

  private static List<Long> pids() throws IOException {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        pids.add(Long.parseLong(entry.getFileName().toString()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return pids;
  }

  /** True when some other process that may be looked into holds one of these files open. */
  static boolean someoneHolds(Collection<Path> files) throws IOException {
    long self = ProcessHandle.current().pid();
    return pids().stream().anyMatch(pid -> pid != self && holds(pid, files));
  }

  private static boolean holds(long pid, Collection<Path> files) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
      for (Path descriptor : descriptors) {
        if (files.contains(Files.readSymbolicLink(descriptor))) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // it ended meanwhile, or belongs to another user and cannot be one of ours
    }
  }

  /** The table at one instant, more or less: a scan is not atomic. */
  static final class Snapshot {
    private final Map<Long, Stat> processes;

    Snapshot(Map<Long, Stat> processes) {
      this.processes = processes;
    }

    /** The ids of all of them, to be added to. */
    Set<Long> pids() {
      return new HashSet<>(processes.keySet());
    }

    /**
     * Everything that belongs to an attempt: its session and group, what carries its cookie, and
     * what is in its control group, and the children of all these. Without a control group a child
     * that leaves the session, wipes its environment and loses its parent is beyond reach.
     *
     * @param payload the attempt's own process, alive or not
     * @param cookie value of {@code BIDE_JOB_ATTEMPT_ID}
     * @param group the processes in its control group
     */
    List<Stat> members(ProcessIdentity payload, String cookie, Set<Long> group) {
      return members(payload, cookie, group, new HashSet<>());
    }

    /**
     * The same for who looks more than once: what comes and goes too fast for its environment to be
     * read is known by its session.
     *
     * @param sessions those in which members were met before and which were not empty since; those
     *     of today's members are added
     */
    List<Stat> members(
        ProcessIdentity payload, String cookie, Set<Long> group, Set<Long> sessions) {
      byte[] mark = mark(cookie);
      boolean numberIsOurs = isSession(payload, mark, sessions);
      Map<Long, Stat> members = new HashMap<>();
      for (Stat stat : processes.values()) {
        if (stat.pid() == ProcessHandle.current().pid()
            || stat.startTicks() < payload.startTicks()) {
          continue;
        }
        boolean bySession =
            numberIsOurs
                && (stat.pid() == payload.pid()
                    || stat.session() == payload.pid()
                    || stat.group() == payload.pid());
        if (bySession
            || carries(stat, mark)
            || isInOneOf(sessions, stat, mark)
            || (group.contains(stat.pid()) && !belongsToOthers(stat))) {
          members.put(stat.pid(), stat);
        }
      }
      addChildren(members);
      for (Stat member : members.values()) {
        Stat leader = processes.get(member.session());
        // one about to leave its launcher's session says nothing of the others in there
        if (leader == null || leader.startTicks() >= payload.startTicks()) {
          sessions.add(member.session());
        }
      }
      return parentsFirst(members);
    }

    /**
     * Whoever started another comes before it. A shell that is asked to end after the command it
     * waits for would go on to its next one.
     */
    private static List<Stat> parentsFirst(Map<Long, Stat> members) {
      Map<Stat, Integer> depths = new HashMap<>();
      for (Stat member : members.values()) {
        int depth = 0;
        Stat parent = members.get(member.parent());
        while (parent != null && depth < members.size()) {
          depth++;
          parent = members.get(parent.parent());
        }
        depths.put(member, depth);
      }
      return members.values().stream()
          .sorted(
              Comparator.<Stat>comparingInt(stat -> depths.getOrDefault(stat, 0))
                  .thenComparingLong(Stat::startTicks)
                  .thenComparingLong(Stat::pid))
          .toList();
    }

    /**
     * Whether the number of the payload still means its session and group. The kernel keeps it for
     * them until the last of their processes has gone; somebody else may get it then.
     */
    private boolean isSession(ProcessIdentity payload, byte[] mark, Set<Long> sessions) {
      Stat holder = processes.get(payload.pid());
      if (holder == null) {
        // one that has ended but was not reaped is not in this table, and holds its number
        holder = stat(payload.pid()).orElse(null);
      }
      if (holder != null) {
        return holder.startTicks() == payload.startTicks();
      }
      return sessions.contains(payload.pid())
          || session(payload.pid()).stream().anyMatch(stat -> carries(stat, mark));
    }

    private boolean isInOneOf(Set<Long> sessions, Stat stat, byte[] mark) {
      if (!sessions.contains(stat.session())) {
        return false;
      }
      Stat leader = processes.get(stat.session());
      boolean sameAsBefore = leader == null || carries(leader, mark);
      return sameAsBefore && !belongsToAServer(stat);
    }

    /** Every attempt that has a process, by its cookie, with the first of its processes. */
    Map<String, Stat> oldestByCookie() {
      Map<String, Stat> found = new HashMap<>();
      for (Stat stat : processes.values()) {
        String[] variables = new String(environment(stat), StandardCharsets.UTF_8).split("\0", -1);
        for (String variable : variables) {
          if (variable.startsWith(ProcessMarks.ATTEMPT + "=")) {
            found.merge(
                variable.substring(ProcessMarks.ATTEMPT.length() + 1),
                stat,
                (one, other) -> one.startTicks() <= other.startTicks() ? one : other);
          }
        }
      }
      return found;
    }

    /** What carries the mark of an attempt. */
    List<Stat> carrying(String cookie) {
      byte[] mark = mark(cookie);
      return processes.values().stream().filter(stat -> carries(stat, mark)).toList();
    }

    private static byte[] mark(String cookie) {
      return (ProcessMarks.ATTEMPT + "=" + cookie + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** What is in the session or group of a process, which may have ended. */
    List<Stat> session(long leader) {
      return processes.values().stream()
          .filter(stat -> stat.session() == leader || stat.group() == leader)
          .toList();
    }

    private void addChildren(Map<Long, Stat> members) {
      boolean grew = !members.isEmpty();
      while (grew) {
        grew = false;
        for (Stat stat : processes.values()) {
          Stat parent = members.get(stat.parent());
          if (parent != null
              && stat.startTicks() >= parent.startTicks()
              && !members.containsKey(stat.pid())
              && !belongsToAServer(stat)
              && members.putIfAbsent(stat.pid(), stat) == null) {
            grew = true;
          }
        }
      }
    }
  }

  /**
   * True for a server of Bide, and for a launcher: a command may have started the server that runs
   * other people's jobs, as a child of its own.
   */
  private static boolean belongsToAServer(Stat stat) {
    return stat.pid() == ProcessHandle.current().pid()
        || carries(stat, SERVER_MARK)
        || isLauncher(read("/proc/" + stat.pid() + "/cmdline"));
  }

  /** True for what a server in the control group of a job has started: that is no part of it. */
  private static boolean belongsToOthers(Stat stat) {
    return belongsToAServer(stat) || contains(environment(stat), ANY_MARK);
  }

  /** A shell with the path of a launcher's script as its last word. */
  private static boolean isLauncher(byte[] commandLine) {
    String[] words = new String(commandLine, StandardCharsets.UTF_8).split("\0", -1);
    return words.length > 2 && LAUNCHER.matcher(words[words.length - 2]).matches();
  }

  private static boolean carries(Stat stat, byte[] mark) {
    return contains(environment(stat), mark);
  }

  /** Whether one of the variables begins with this. */
  private static boolean contains(byte[] environment, byte[] mark) {
    for (int start = 0; start + mark.length <= environment.length; start++) {
      boolean atVariable = start == 0 || environment[start - 1] == 0;
      if (atVariable
          && Arrays.equals(environment, start, start + mark.length, mark, 0, mark.length)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] environment(Stat stat) {
    byte[] environment = read("/proc/" + stat.pid() + "/environ");
    return environment.length == 0 && stat.firstThreadEnded()
        ? environmentOfOtherThreads(stat.pid())
        : environment;
  }

  /** All threads have the same one, but a thread that ended has none any more. */
  private static byte[] environmentOfOtherThreads(long pid) {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
      for (Path thread : threads) {
        byte[] environment = read(thread + "/environ");
        if (environment.length > 0) {
          return environment;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return new byte[0]; // it ended meanwhile
    }
    return new byte[0];
  }

  /** Empty when it ended, or is another user's. */
  private static byte[] read(String file) {
    try (FileInputStream in = new FileInputStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      return new byte[0];
    }
  }
}
