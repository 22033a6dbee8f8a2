package dev.bide.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One command of the {@link CommandTable}: what is submitted, and how it must end. The job's
 * directory is one of its own; {@code @DIR@} in a request stands for it. Put together by one
 * thread, then only read.
 */
final class CommandRow {
  /** What a row does to its directory before the job may start. */
  interface Preparation {
    void prepare(Path directory) throws IOException;
  }

  /** Itself, where {@code python3} on the PATH is a script that looks for it. */
  static final String PYTHON =
      Commands.run(List.of("python3", "-c", "import sys; print(sys.executable)"));

  private final String name;
  private final Map<String, Object> request = new LinkedHashMap<>();
  private final List<Preparation> before = new ArrayList<>();
  private final List<Preparation> afterSubmit = new ArrayList<>();
  private boolean refused;
  private String state = "COMPLETED";
  private @Nullable String reason;
  private @Nullable Integer lowestCode = 0;
  private @Nullable Integer highestCode = 0;
  private @Nullable String message;
  private byte @Nullable [] log;
  private long logSize = -1;
  private int left;
  private int graceSeconds = -1;

  private CommandRow(String name) {
    this.name = name;
  }

  /** A program with its arguments. */
  static CommandRow command(String name, String... words) {
    return new CommandRow(name).request("command", List.of(words));
  }

  /** A line for {@code /bin/sh -c}. */
  static CommandRow shell(String name, String line) {
    return new CommandRow(name).request("shell", line);
  }

  /** A program in Python, where a shell cannot say it. */
  static CommandRow python(String name, String program) {
    return command(name, PYTHON, "-ISc", program, "@DIR@");
  }

  /** Another field of the request. */
  CommandRow request(String field, Object value) {
    request.put(field, value);
    return this;
  }

  /** Done to its directory before it is submitted. */
  CommandRow before(Preparation step) {
    before.add(step);
    return this;
  }

  /** Done when it waits, and before it starts. */
  CommandRow whileItWaits(Preparation step) {
    afterSubmit.add(step);
    return this;
  }

  /** A file in its directory; {@code mode} as {@code rwxr-xr-x}. */
  CommandRow file(String file, String mode, String content) {
    return before(
        directory -> {
          Path made = Files.writeString(directory.resolve(file), content);
          Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
        });
  }

  /** It is refused: 422. */
  CommandRow refused() {
    refused = true;
    return this;
  }

  /** It ends with this code by itself. */
  CommandRow exits(int code) {
    return exits(code, code);
  }

  /** It ends with a code between these: shells differ, and what is documented is only that. */
  CommandRow exits(int lowest, int highest) {
    lowestCode = lowest;
    highestCode = highest;
    state = highest == 0 ? "COMPLETED" : "FAILED";
    reason = highest == 0 ? null : "EXIT_CODE";
    return this;
  }

  /** It cannot be started, and this is part of why. */
  CommandRow cannotStart(String why) {
    state = "FAILED";
    reason = "START_FAILED";
    lowestCode = null;
    message = why;
    return this;
  }

  /** Nobody will know how it ended. */
  CommandRow isLost() {
    state = "LOST";
    reason = "UNKNOWN_EXIT";
    lowestCode = null;
    return this;
  }

  /** It makes a file {@code ready} when it may be cancelled, and then ends with such a code. */
  CommandRow cancelled(int grace, int lowest, int highest) {
    graceSeconds = grace;
    state = "CANCELLED";
    reason = "CANCELLED_BY_USER";
    lowestCode = lowest;
    highestCode = highest;
    return this;
  }

  /** It is cancelled with no grace. */
  CommandRow killed() {
    return cancelled(0, 137, 137);
  }

  /** Its message holds this. */
  CommandRow says(String part) {
    message = part;
    return this;
  }

  /** All that it writes. */
  CommandRow logs(String text) {
    log = text.getBytes(UTF_8);
    return this;
  }

  /** How much it writes. */
  CommandRow logs(long bytes) {
    logSize = bytes;
    return this;
  }

  /** So many of its processes are still there when it has ended, and are left alone. */
  CommandRow leaves(int processes) {
    left = processes;
    return this;
  }

  String name() {
    return name;
  }

  boolean isRefused() {
    return refused;
  }

  int left() {
    return left;
  }

  /** -1 when it is not cancelled. */
  int graceSeconds() {
    return graceSeconds;
  }

  String state() {
    return state;
  }

  @Nullable String reason() {
    return reason;
  }

  /** Whether it may end with this code; null for none. */
  boolean mayExit(@Nullable Integer code) {
    if (lowestCode == null || highestCode == null || code == null) {
      return lowestCode == null && code == null;
    }
    return lowestCode <= code && code <= highestCode;
  }

  String codes() {
    return lowestCode == null ? "none" : lowestCode + "-" + highestCode;
  }

  @Nullable String message() {
    return message;
  }

  byte @Nullable [] log() {
    return log == null ? null : log.clone();
  }

  long logSize() {
    return logSize;
  }

  void prepare(Path directory) {
    apply(before, directory);
  }

  void whileItWaits(Path directory) {
    apply(afterSubmit, directory);
  }

  private static void apply(List<Preparation> steps, Path directory) {
    try {
      for (Preparation step : steps) {
        step.prepare(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is sent. */
  Map<String, Object> request(Path directory) {
    Map<String, Object> sent = new LinkedHashMap<>();
    sent.put("directory", directory.toString());
    sent.put("name", name);
    request.forEach((field, value) -> sent.put(field, at(directory, value)));
    return sent;
  }

  private static Object at(Path directory, Object value) {
    if (value instanceof String text) {
      return text.replace("@DIR@", directory.toString());
    }
    if (value instanceof List<?> list) {
      return list.stream().map(one -> at(directory, one)).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> all = new LinkedHashMap<>();
      map.forEach((key, one) -> all.put(key, at(directory, one)));
      return all;
    }
    return value;
  }
}
