package dev.bide.app;

import dev.bide.cli.Caller;
import dev.bide.cli.Cli;
import dev.bide.cli.Console;
import dev.bide.server.Server;
import dev.bide.server.ServerSettings;
import dev.bide.server.ServerTrouble;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Does once, in a home that is thrown away, what people do all day: so that Java loads all that
 * takes, and writes it into the archive from which later starts have it at once.
 */
final class Rehearsal {
  private static final List<List<String>> VERBS =
      List.of(
          List.of("run", "--", "true"),
          List.of("add", "--", "sh", "-c", "exit 3"),
          List.of("wait", "last"),
          List.of("ls"),
          List.of("ls", "-a", "-o", "json"),
          List.of("show", "last"),
          List.of("logs", "-n", "1", "1"),
          List.of("queue", "ls"),
          List.of("status"),
          List.of("help"));
  private static final List<String> PAGES =
      List.of("/", "/jobs", "/jobs/1", "/api/v1/jobs", "/api/v1/server");

  private Rehearsal() {}

  /**
   * Answers the exit code: 0 when the archive is worth keeping.
   *
   * @param given an empty directory to rehearse in, which the giver deletes even when it ends this
   *     half-way
   */
  static int perform(Caller caller, Console console, String given) {
    try {
      Path home = Path.of(given);
      try (Server server = Server.start(settings(home))) {
        for (List<String> verb : VERBS) {
          List<String> words = new ArrayList<>(List.of("--home", home.toString(), "--no-start"));
          words.addAll(verb);
          new Cli(console, caller, new Configuration(), new Program()).run(words);
        }
        String token = Files.readString(home.resolve("token"), StandardCharsets.US_ASCII).strip();
        for (String page : PAGES) {
          read(URI.create(server.url() + page), token);
        }
      } finally {
        delete(home);
      }
      return 0;
    } catch (IOException | ServerTrouble e) {
      console.message("bide: no rehearsal: " + e.getMessage());
      return 1;
    }
  }

  private static ServerSettings settings(Path home) {
    int anyPort = 0;
    return new ServerSettings(
        home, anyPort, List.of(), Duration.ZERO, true, System.getenv(), "/", "rehearsal");
  }

  private static void read(URI uri, String token) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestProperty("Authorization", "Bearer " + token);
    connection.setInstanceFollowRedirects(false);
    connection.getResponseCode();
    connection.disconnect();
  }

  /** Deletes a directory with all that is in it. */
  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
