package dev.bide.checks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The kernel's own word on where a process can be reached, by {@code /proc/PID/net}. */
final class ListeningSockets {
  private static final String LISTEN = "0A";

  private ListeningSockets() {}

  /** Where a process listens for TCP, or has a socket for UDP or raw packets at all. */
  static List<InetSocketAddress> of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> own = inodes(process);
    List<InetSocketAddress> found = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6", "udp", "udp6", "raw", "raw6")) {
      Path file = process.resolve("net").resolve(table);
      if (!Files.exists(file)) {
        continue; // a kernel without IPv6
      }
      for (String line : Files.readAllLines(file)) {
        String[] cells = line.strip().split("\\s+", -1);
        boolean open = !table.startsWith("tcp") || cells[3].equals(LISTEN);
        if (cells[0].endsWith(":") && open && own.contains(cells[9])) {
          found.add(address(cells[1]));
        }
      }
    }
    return found;
  }

  private static Set<String> inodes(Path process) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path one : all) {
        try {
          String what = Files.readSymbolicLink(one).toString();
          if (what.startsWith("socket:[")) {
            inodes.add(what.substring("socket:[".length(), what.length() - 1));
          }
        } catch (IOException e) {
          // closed meanwhile
        }
      }
    }
    return inodes;
  }

  /** {@code 0100007F:0981}: words of four bytes as this machine has them, then the port. */
  private static InetSocketAddress address(String cell) throws IOException {
    String[] parts = cell.split(":", -1);
    ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(parts[0]));
    ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      bytes.putInt(words.getInt());
    }
    return new InetSocketAddress(
        InetAddress.getByAddress(bytes.array()), Integer.parseInt(parts[1], 16));
  }
}
