package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group (cgroups(7), version 2) for each attempt, where the server's own may have some
 * below it: as a service with {@code Delegate=yes}, in most containers that allow it, for root
 * without systemd. No process leaves its group by forking, so that a cancel also finds a child that
 * left the session, wiped its environment and lost its parent. It limits nothing. Where there is
 * none, everything works but that. Thread-safe.
 */
final class Cgroups {
  private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
  private static final String MEMBERS = "cgroup.procs";
  private static final String PREFIX = "bide-job-";

  /** None on this machine, or none that may be written. */
  static final Cgroups NONE = new Cgroups(null, "");

  private final @Nullable Path base;
  private final String prefix;

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
            .map(Cgroups::outsideOfJobs)
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
   * Makes the group of an attempt that is about to start.
   *
   * @return the file into which the attempt's process writes 0 to join it; null when there is none
   */
  @Nullable Path prepare(AttemptId attempt) {
    Path group = group(attempt);
    if (group == null) {
      return null;
    }
    try {
      Files.createDirectory(group);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("the group was prepared before: {}", group);
    } catch (IOException e) {
      LOG.debug("no control group for attempt {}: {}", attempt, e.toString());
      return null;
    }
    return group.resolve(MEMBERS);
  }

  /** The processes in the group of an attempt; empty when it has none. */
  List<Long> members(AttemptId attempt) {
    Path group = group(attempt);
    if (group == null) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(group.resolve(MEMBERS), StandardCharsets.US_ASCII)) {
      return lines
          .map(Cgroups::pid)
          .filter(OptionalLong::isPresent)
          .map(OptionalLong::getAsLong)
          .toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of();
    }
  }

  private static OptionalLong pid(String line) {
    return line.matches("[1-9][0-9]{0,17}")
        ? OptionalLong.of(Long.parseLong(line))
        : OptionalLong.empty();
  }

  /** Takes the group of an attempt away, unless something is still in it. */
  void forget(AttemptId attempt) {
    Path group = group(attempt);
    if (group != null) {
      forget(group);
    }
  }

  private void forgetEmpty() throws IOException {
    if (base == null) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(base, prefix + "*")) {
      left.forEach(Cgroups::forget);
    }
  }

  private static void forget(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException e) {
      LOG.debug("{} stays: {}", group, e.toString());
    }
  }

  private @Nullable Path group(AttemptId attempt) {
    return base == null ? null : base.resolve(prefix + attempt.directory().replace('/', '-'));
  }
}
