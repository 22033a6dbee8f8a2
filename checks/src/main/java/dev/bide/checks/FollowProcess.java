package dev.bide.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code bide follow} as a process of its own. It never starts a server, and it ends with the home
 * of its ground at the latest.
 */
final class FollowProcess {
  private final Process process;
  private final Path read;
  private final Path said;

  /** Begins to follow a job. */
  FollowProcess(Ground ground, long number) {
    read = ground.directory().resolve("followed-" + number);
    said = ground.directory().resolve("follower-said-" + number);
    try {
      process =
          ground
              .program("follow", "--no-start", Long.toString(number))
              .redirectOutput(read.toFile())
              .redirectError(said.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it has read something. */
  boolean hasRead() {
    return read.toFile().length() > 0;
  }

  /** Waits for its end; answers what is wrong, if it did not end so or has read something else. */
  Optional<String> finding(int expectedCode, byte[] log) {
    try {
      int code = process.waitFor();
      byte[] bytes = Files.readAllBytes(read);
      int differs = Arrays.mismatch(bytes, log);
      return code == expectedCode && differs < 0
          ? Optional.empty()
          : Optional.of(
              "who followed it ended with %d, read %d of %d bytes, another from byte %d on, and said: %s"
                  .formatted(
                      code,
                      bytes.length,
                      log.length,
                      differs,
                      new String(Files.readAllBytes(said), UTF_8).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
