package dev.bide.server;

import dev.bide.api.JobJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code server.json} says: which process on which host, and how to reach it. */
final class ServerIdentity {
  private ServerIdentity() {}

  static Map<String, @Nullable Object> describe(
      String url, int port, @Nullable Path socket, String version, Instant startedAt) {
    Map<String, @Nullable Object> self = new LinkedHashMap<>();
    self.put("v", 1);
    self.put("host", host());
    self.put("bootId", read("/proc/sys/kernel/random/boot_id"));
    self.put("pid", ProcessHandle.current().pid());
    self.put("startTicks", startTicks());
    self.put("port", port);
    self.put("socket", socket == null ? null : socket.toString());
    self.put("url", url);
    self.put("version", version);
    self.put("startedAt", JobJson.time(startedAt));
    return self;
  }

  private static String host() {
    String name = read("/proc/sys/kernel/hostname");
    if (name != null) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Field 22 of /proc/self/stat (proc(5)); the name in field 2 may hold blanks. */
  private static @Nullable Long startTicks() {
    String stat = read("/proc/self/stat");
    if (stat == null) {
      return null;
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return fields.length > 19 ? Long.valueOf(fields[19]) : null;
  }

  private static @Nullable String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      return null;
    }
  }
}
