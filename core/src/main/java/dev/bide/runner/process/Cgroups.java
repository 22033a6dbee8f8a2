package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group (cgroups(7), version 2) for each attempt, where the server's own may have some
 * below it: as a service with {@code Delegate=yes}, in most containers that allow it, for root
 * without systemd. No process leaves its group by forking, so that a cancel also finds a child that
 * left the session, wiped its environment and lost its parent. It limits nothing. Where there is
 * none, everything works but that. The group is made for a launcher and lent to one attempt after
 * another, as long as none leaves anything in it. Thread-safe.
 */
final class Cgroups {
  private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
  private static final String MEMBERS = "cgroup.procs";
  private static final String PREFIX = "bide-job-";
  private static final String NOBODY = "";

  /** Extended attribute of a group: the cookie of the attempt whose it is. */
  private static final String OWNER = "bide-attempt";

  /** None on this machine, or none that may be written. */
  static final Cgroups NONE = new Cgroups(null, "");

  private final @Nullable Path base;
  private final String prefix;

  /** By group of a launcher of this server: the cookie of the attempt whose group it is. */
  private final Map<Path, String> owners = new ConcurrentHashMap<>();

  /** Those whose launchers have left, and in which something was left. */
  private final Set<Path> left = ConcurrentHashMap.newKeySet();

  private Cgroups(@Nullable Path base, String prefix) {
    this.base = base;
    this.prefix = prefix;
  }

  /** Those below a group that may be written, for the attempts of one home. */
  static Cgroups below(Path base, Path home) {
    return new Cgroups(base, PREFIX + Integer.toHexString(home.toString().hashCode()) + "-");
  }

  /** Below the group of this process, if that is possible; forgets what earlier servers left. */
  static Cgroups here(Path home) {
    try {
      Optional<Path> own =
          own(
              Files.readString(Path.of("/proc/self/mountinfo")),
              Files.readString(Path.of("/proc/self/cgroup")));
      if (own.isEmpty() || !Files.isWritable(own.get()) || !isDelegated(own.get())) {
        return NONE;
      }
      Cgroups here = below(own.get(), home);
      here.forgetEmpty();
      // not every file system that says so lets one
      Path trial = own.get().resolve(here.prefix + "trial");
      Files.createDirectory(trial);
      Files.delete(trial);
      return here;
    } catch (IOException | RuntimeException e) {
      LOG.debug("no control groups: {}", e.toString());
      return NONE;
    }
  }

  /** Root may write everywhere, but what systemd has not given away is systemd's. */
  private static boolean isDelegated(Path group) throws IOException {
    if (!Files.exists(Path.of("/run/systemd/system"))
        || !Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      return true;
    }
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
    if (view == null || !view.list().contains("delegate")) {
      return false;
    }
    ByteBuffer value = ByteBuffer.allocate(view.size("delegate"));
    view.read("delegate", value);
    return Arrays.equals(value.array(), new byte[] {'1'});
  }

  /**
   * The directory of the group of a process. That of a job whose command is itself a server of Bide
   * stands for its parent: jobs of that server are not part of the job.
   *
   * @param mountinfo {@code /proc/self/mountinfo}
   * @param membership {@code /proc/self/cgroup}
   */
  static Optional<Path> own(String mountinfo, String membership) {
    return own(mountinfo, membership, Cgroups::outsideOfJobs);
  }

  private static Optional<Path> own(
      String mountinfo, String membership, UnaryOperator<Path> outside) {
    Optional<String> group =
        membership
            .lines()
            .filter(line -> line.startsWith("0::/"))
            .map(line -> line.substring("0::".length()))
            .findFirst();
    for (String line : mountinfo.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      int dash = Arrays.asList(fields).indexOf("-");
      if (dash > 4 && dash + 1 < fields.length && fields[dash + 1].equals("cgroup2")) {
        Path root = Path.of(fields[3]);
        return group
            .map(Path::of)
            .filter(path -> path.startsWith(root))
            .map(path -> Path.of(fields[4]).resolve(root.relativize(path)).normalize())
            .map(outside)
            .filter(Files::isDirectory);
      }
    }
    return Optional.empty();
  }

  private static Path outsideOfJobs(Path group) {
    Path outside = group;
    Path name = outside.getFileName();
    while (name != null && name.toString().startsWith(PREFIX)) {
      outside = outside.resolve("..").normalize();
      name = outside.getFileName();
    }
    return outside;
  }

  /**
   * Makes the group of a launcher and moves it there: what it forks is in it from the beginning. A
   * move waits for a grace period of the kernel, some 10 ms when nothing else moves; so it is the
   * launcher that is moved, once, and not each attempt.
   *
   * @param launcher its process id
   * @return null when there are no groups here, or none for this one
   */
  @Nullable Path admit(long launcher) {
    Optional<Path> found =
        ProcessTable.stat(launcher).map(stat -> group(stat.pid(), stat.startTicks()));
    if (found.isEmpty() || base == null) {
      return null;
    }
    Path group = found.get();
    try {
      Files.createDirectory(group);
    } catch (IOException e) {
      LOG.debug("no control group for launcher {}: {}", launcher, e.toString());
      return null;
    }
    try {
      Files.writeString(group.resolve(MEMBERS), Long.toString(launcher));
      owners.put(group, NOBODY);
      return group;
    } catch (IOException e) {
      LOG.debug("launcher {} cannot be moved: {}", launcher, e.toString());
      forget(group);
      return null;
    }
  }

  /** From now on the group is that of an attempt, which its launcher is told next. */
  void lend(Path group, AttemptId attempt) {
    if (owners.replace(group, attempt.cookie()) != null) { // else its launcher has left
      mark(group, attempt.cookie());
    }
  }

  /** For the next server, which knows of no launcher to whom it was lent. */
  private static void mark(Path group, String owner) {
    try {
      ownerOf(group).write(OWNER, StandardCharsets.UTF_8.encode(owner));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("{} carries no mark: {}", group, e.toString()); // Linux before 5.7
    }
  }

  private static @Nullable String marked(Path group) {
    try {
      UserDefinedFileAttributeView view = ownerOf(group);
      ByteBuffer value = ByteBuffer.allocate(view.size(OWNER));
      view.read(OWNER, value);
      return StandardCharsets.UTF_8.decode(value.flip()).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  private static UserDefinedFileAttributeView ownerOf(Path group) {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
    if (view == null) {
      throw new UnsupportedOperationException("no attributes of " + group);
    }
    return view;
  }

  /**
   * Its attempt is over.
   *
   * @param launcher process id of the launcher in it
   * @return true when nothing else is in it, so that it can be another's: it is nobody's now. Else
   *     it stays that attempt's.
   */
  boolean takeBack(Path group, long launcher) {
    try {
      if (members(group).stream().anyMatch(pid -> pid != launcher)) {
        return false;
      }
    } catch (IOException e) {
      LOG.debug("cannot look into {}: {}", group, e.toString());
      return false;
    }
    owners.put(group, NOBODY);
    return true;
  }

  /**
   * The processes in the group of an attempt, but for its launcher; empty when it has none.
   *
   * @param payload the attempt's own process
   * @param launcher the launcher that waits for it, where that is known
   */
  List<Long> members(
      AttemptId attempt, ProcessIdentity payload, @Nullable ProcessIdentity launcher) {
    Path group = launcher == null ? around(payload) : group(launcher.pid(), launcher.startTicks());
    if (group == null || isAnothers(group, attempt)) {
      return List.of();
    }
    try {
      List<Long> members = members(group);
      if (isAnothers(group, attempt)) {
        return List.of(); // some of these may be the other's
      }
      return launcher == null
          ? members
          : members.stream().filter(pid -> pid != launcher.pid()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private boolean isAnothers(Path group, AttemptId attempt) {
    String owner = owners.get(group);
    return !attempt.cookie().equals(owner == null ? marked(group) : owner);
  }

  /** The group that a process is in, if it is one of these. */
  private @Nullable Path around(ProcessIdentity process) {
    if (base == null || !ProcessTable.runs(process.pid(), process.startTicks())) {
      return null;
    }
    try {
      Path group =
          own(
                  Files.readString(Path.of("/proc/self/mountinfo")),
                  Files.readString(Path.of("/proc/" + process.pid() + "/cgroup")),
                  path -> path)
              .orElse(null);
      return group != null
              && base.equals(group.getParent())
              && String.valueOf(group.getFileName()).startsWith(prefix)
          ? group
          : null;
    } catch (IOException e) {
      return null; // it ended meanwhile
    }
  }

  private static List<Long> members(Path group) throws IOException {
    try (Stream<String> lines = Files.lines(group.resolve(MEMBERS), StandardCharsets.US_ASCII)) {
      return lines
          .map(Cgroups::pid)
          .filter(OptionalLong::isPresent)
          .map(OptionalLong::getAsLong)
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static OptionalLong pid(String line) {
    return line.matches("[1-9][0-9]{0,17}")
        ? OptionalLong.of(Long.parseLong(line))
        : OptionalLong.empty();
  }

  /**
   * An attempt has ended with all that was ended with it: what was in the way of a group may be
   * gone. Where an earlier server started it, its launcher leaves, and the group goes after it.
   */
  void ended(ProcessIdentity launcher) {
    Path group = group(launcher.pid(), launcher.startTicks());
    if (group != null && !owners.containsKey(group)) {
      left.add(group);
    }
    left.removeIf(this::isRemoved);
  }

  /** Takes a group away whose launcher has left: now, or once nothing is in it any more. */
  void forget(Path group) {
    left.add(group);
    left.removeIf(this::isRemoved);
  }

  private void forgetEmpty() throws IOException {
    if (base == null) {
      return;
    }
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(base, prefix + "*")) {
      groups.forEach(Cgroups::remove);
    }
  }

  private boolean isRemoved(Path group) {
    boolean removed = remove(group);
    if (removed) {
      owners.remove(group);
    }
    return removed;
  }

  /** True when it is not there any more. */
  private static boolean remove(Path group) {
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (IOException e) {
      LOG.debug("{} stays: {}", group, e.toString());
      return false;
    }
  }

  private @Nullable Path group(long launcher, long startTicks) {
    return base == null ? null : base.resolve(prefix + launcher + "-" + startTicks);
  }
}
