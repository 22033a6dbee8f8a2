package dev.bide.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A network of its own, in which nothing but a loopback exists until it is joined to this one. */
final class NetworkNamespace implements AutoCloseable {
  /** Prints the number of the error with which a connection fails; 0 when it is made. */
  private static final String CONNECT =
      "import socket, sys\n"
          + "family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET\n"
          + "s = socket.socket(family)\n"
          + "s.settimeout(5)\n"
          + "print(s.connect_ex((sys.argv[1], int(sys.argv[2]))))\n";

  /** errno of Linux. */
  static final int ENETUNREACH = 101;

  static final int ECONNREFUSED = 111;

  private final String mark =
      HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()); // unique on this machine
  private final String name = "bide-" + mark;
  private final String outside = "bd" + mark + "o";
  private final String inside = "bd" + mark + "i";

  private NetworkNamespace() {}

  /** A new one; aborts the test where none can be made. */
  static NetworkNamespace create() {
    NetworkNamespace namespace = new NetworkNamespace();
    try {
      String trouble = namespace.trouble();
      Needed.check(trouble.isEmpty(), "no network namespace can be made here: " + trouble);
      return namespace;
    } catch (RuntimeException | Error e) {
      namespace.close();
      throw e;
    }
  }

  private String trouble() {
    for (List<String> words :
        List.of(
            List.of("ip", "netns", "add", name),
            List.of("ip", "-n", name, "link", "set", "lo", "up"),
            within("python3", "--version"))) {
      Result result = run(words);
      if (result.code() != 0) {
        return String.join(" ", words) + ": " + result.printed();
      }
    }
    return "";
  }

  /** Words that run the words after them in it. */
  List<String> within(String... words) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name));
    all.addAll(List.of(words));
    return all;
  }

  /** Joins it to this one by a cable; answers the addresses of this end. */
  List<String> join() {
    // out of what RFC 2544 keeps for measurements, so that it leads nobody astray
    int third = ThreadLocalRandom.current().nextInt(256);
    int fourth = 4 * ThreadLocalRandom.current().nextInt(63);
    String four = "198.18." + third + ".";
    String six = "fd00:b1de:" + mark.substring(0, 4) + ":" + mark.substring(4) + "::";
    must("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name);
    must("ip", "addr", "add", four + (fourth + 1) + "/30", "dev", outside);
    must("ip", "-n", name, "addr", "add", four + (fourth + 2) + "/30", "dev", inside);
    List<String> addresses = new ArrayList<>(List.of(four + (fourth + 1)));
    if (run(List.of("ip", "addr", "add", six + "1/64", "dev", outside, "nodad")).code() == 0) {
      must("ip", "-n", name, "addr", "add", six + "2/64", "dev", inside, "nodad");
      addresses.add(six + "1");
    }
    must("ip", "link", "set", outside, "up");
    must("ip", "-n", name, "link", "set", inside, "up");
    return addresses;
  }

  /** What comes of connecting to an address from in there: 0, or why not (errno). */
  int connect(String address, int port) {
    Result result = run(within("python3", "-c", CONNECT, address, Integer.toString(port)));
    if (!result.printed().matches("[0-9]+")) {
      throw new IllegalStateException(result.printed());
    }
    return Integer.parseInt(result.printed());
  }

  @Override
  public void close() {
    run(List.of("ip", "link", "del", outside));
    run(List.of("ip", "netns", "del", name));
    if (Files.exists(Path.of("/run/netns", name))
        || Files.exists(Path.of("/sys/class/net", outside))) {
      throw new IllegalStateException(name + " or " + outside + " is still there");
    }
  }

  private static void must(String... words) {
    Result result = run(List.of(words));
    if (result.code() != 0) {
      throw new IllegalStateException(String.join(" ", words) + ": " + result.printed());
    }
  }

  /**
   * What a program did.
   *
   * @param code its exit code; 127 when there is no such program
   * @param printed on both streams
   */
  record Result(int code, String printed) {}

  /** Runs a program to its end. */
  static Result run(List<String> words) {
    try {
      Path output = Files.createTempFile("bide-output", "");
      try {
        Process process =
            new ProcessBuilder(words)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
        return new Result(process.exitValue(), Files.readString(output).strip());
      } catch (IOException noSuchProgram) {
        return new Result(127, String.valueOf(noSuchProgram.getMessage()));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
