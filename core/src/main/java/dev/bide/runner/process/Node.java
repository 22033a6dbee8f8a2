package dev.bide.runner.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where processes live: the host, its boot, and the process namespace on it. Two servers with equal
 * nodes see the same processes under the same ids. Immutable.
 *
 * @param host name of the host
 * @param machine the host's machine-id, or null where there is none to rely on (in a container it
 *     may come with the image, so it is only taken outside of one)
 * @param bootId {@code /proc/sys/kernel/random/boot_id}
 * @param processNamespace inode of {@code /proc/self/ns/pid}
 * @param initTicks start ticks of process 1, only where this process is it or its child in a
 *     container: it ends with the container, and so did the jobs
 */
record Node(
    String host,
    @Nullable String machine,
    String bootId,
    String processNamespace,
    @Nullable Long initTicks) {

  /** The process namespace a Linux host starts with; the kernel's PROC_PID_INIT_INO. */
  private static final String FIRST_NAMESPACE = "4026531836";

  /** How far what happened on another node can be told from here. */
  enum Reach {
    /** Its processes are those one sees here. */
    HERE,
    /** Same host before a reboot: none of its processes is left. */
    EARLIER_BOOT,
    /** A container that was stopped since: none of its processes is left. */
    EARLIER_CONTAINER,
    /** Somewhere else: nothing can be told. */
    ELSEWHERE
  }

  /**
   * Reads where this process lives.
   *
   * @throws IOException where there is no {@code /proc} as on Linux
   */
  static Node here() throws IOException {
    String boot = line(Path.of("/proc/sys/kernel/random/boot_id"));
    String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    String namespace = link.replaceAll("[^0-9]", "");
    String machine = null;
    Long init = null;
    if (namespace.equals(FIRST_NAMESPACE)) {
      Path file = Path.of("/etc/machine-id");
      if (Files.isReadable(file)) {
        String id = line(file);
        machine = id.matches("[0-9a-f]{32}") ? id : null;
      }
    } else {
      ProcessHandle self = ProcessHandle.current();
      long parent = self.parent().map(ProcessHandle::pid).orElse(0L);
      if (self.pid() == 1 || parent == 1) {
        init = ProcessTable.stat(1).map(ProcessTable.Stat::startTicks).orElse(null);
      }
    }
    String host = line(Path.of("/proc/sys/kernel/hostname")).replaceAll("[\\s=]", "_");
    return new Node(host.isEmpty() ? "localhost" : host, machine, boot, namespace, init);
  }

  private static String line(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8).strip();
  }

  /** Reads what {@link #toString} wrote; empty when it is something else. */
  static Optional<Node> parse(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String field : text.split(" ", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals), field.substring(equals + 1));
      }
    }
    String host = fields.get("host");
    String boot = fields.get("boot");
    String namespace = fields.get("pidns");
    String init = fields.get("init");
    if (host == null || boot == null || namespace == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Node(
              host,
              fields.get("machine"),
              boot,
              namespace,
              init == null ? null : Long.valueOf(init)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** How far what ran on {@code then} can be told by a process that lives here now. */
  Reach reach(Node then) {
    if (!bootId.equals(then.bootId)) {
      return sameHost(then) ? Reach.EARLIER_BOOT : Reach.ELSEWHERE;
    }
    if (processNamespace.equals(then.processNamespace)) {
      return Reach.HERE;
    }
    boolean stopped =
        host.equals(then.host)
            && initTicks != null
            && then.initTicks != null
            && !initTicks.equals(then.initTicks);
    return stopped ? Reach.EARLIER_CONTAINER : Reach.ELSEWHERE;
  }

  /** A host may be renamed, so its machine-id counts more than its name. */
  private boolean sameHost(Node other) {
    boolean known = machine != null && other.machine != null;
    return known ? Objects.equals(machine, other.machine) : host.equals(other.host);
  }

  @Override
  public String toString() {
    return "host="
        + host
        + (machine == null ? "" : " machine=" + machine)
        + " boot="
        + bootId
        + " pidns="
        + processNamespace
        + (initTicks == null ? "" : " init=" + initTicks);
  }
}
