package dev.bide.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All kinds of commands, run at the same time by one server whose every {@code /bin/sh} is the
 * shell asked for: each ends as documented, nothing of a cancelled one lives on, what another
 * leaves is left alone, and every slot is free again. Needs root.
 */
final class CommandTable {
  private static final int SLOTS = 24;

  /** How many exit codes there are. */
  private static final int CODES = 256;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Ground ground;
  private final List<String> findings = new ArrayList<>();
  private final Map<CommandRow, Long> numbers = new LinkedHashMap<>();
  private int left;

  private CommandTable(Ground ground) {
    this.ground = ground;
  }

  /** Every row. */
  static List<CommandRow> rows() {
    List<CommandRow> rows = new ArrayList<>(WordRows.all());
    rows.addAll(EndingRows.all());
    rows.addAll(TreeRows.all());
    return rows;
  }

  /**
   * What came out.
   *
   * @param commands how many were submitted
   * @param processesLeft how many processes of cancelled or ended commands, of launchers and of the
   *     server were there when nothing should have been
   * @param findings a line each for what is not as it must be
   */
  record Outcome(int commands, int processesLeft, List<String> findings) {}

  /**
   * Runs all of it.
   *
   * @param shell path of what shall be {@code /bin/sh}, or null for what is; needs root
   */
  static Outcome run(@Nullable Path shell) {
    try (Ground ground = new Ground().quick()) {
      if (shell != null) {
        ground.wrap(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind \"$0\" /bin/sh && exec \"$@\"",
                shell.toString()));
      }
      ground.serve().client().slots(SLOTS);
      CommandTable table = new CommandTable(ground);
      try {
        table.fill(rows());
        table.look();
        table.everyCode();
        table.launchersAre(shell); // after a cancel they leave
        table.slotsAreFree();
      } finally {
        table.endWhatIsLeft();
      }
      table.serverEnds();
      return new Outcome(table.numbers.size() + CODES + 1, table.left, List.copyOf(table.findings));
    }
  }

  private Path directoryOf(CommandRow row) {
    return ground.directory().resolve("rows").resolve(row.name().replaceAll("[^A-Za-z0-9]", "-"));
  }

  private void fill(List<CommandRow> rows) {
    Client client = ground.client();
    client.pause(true);
    List<CommandRow> accepted = new ArrayList<>();
    for (CommandRow row : rows) {
      try {
        Files.createDirectories(directoryOf(row));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      row.prepare(directoryOf(row));
      if (row.isRefused()) {
        Client.Answer answer = client.post("/api/v1/jobs", row.request(directoryOf(row)));
        if (answer.status() != 422) {
          find(row, answer.status() + " instead of 422: " + text(answer.body()));
        }
      } else {
        accepted.add(row);
      }
    }
    List<Map<String, Object>> jobs =
        accepted.stream().map(row -> row.request(directoryOf(row))).toList();
    JsonNode made =
        client.post("/api/v1/jobs", Map.of("jobs", jobs)).expect(201).json().get("jobs");
    for (int index = 0; index < accepted.size(); index++) {
      CommandRow row = accepted.get(index);
      numbers.put(row, made.get(index).get("number").asLong());
      row.whileItWaits(directoryOf(row));
    }
    client.pause(false);
    List<CommandRow> waiting =
        new ArrayList<>(numbers.keySet().stream().filter(row -> row.graceSeconds() >= 0).toList());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!waiting.isEmpty() && System.nanoTime() < deadline) {
      waiting.removeIf(this::cancelWhenReady);
      BideServer.pause(Duration.ofMillis(20));
    }
    waiting.forEach(row -> find(row, "is not ready to be cancelled: " + job(row)));
    awaitEmpty();
  }

  private boolean cancelWhenReady(CommandRow row) {
    if (!Files.exists(directoryOf(row).resolve("ready"))) {
      return false;
    }
    ground
        .client()
        .post(
            "/api/v1/jobs/" + numbers.get(row) + "/cancel",
            Map.of("graceSeconds", row.graceSeconds()))
        .expect(200);
    return true;
  }

  private void awaitEmpty() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode queue = queue();
    while (queue.get("running").asInt() + queue.get("pending").asInt() > 0
        && System.nanoTime() < deadline) {
      BideServer.pause(Duration.ofMillis(20));
      queue = queue();
    }
  }

  private JsonNode queue() {
    return ground.client().get("/api/v1/queues/default").orElseThrow().expect(200).json();
  }

  private JsonNode job(CommandRow row) {
    Long number = numbers.get(row);
    if (number == null) {
      throw new IllegalStateException(row.name() + " was not accepted");
    }
    return ground.client().job(number);
  }

  private void look() {
    List<ProcessTable.Living> all = ProcessTable.living();
    for (CommandRow row : numbers.keySet()) {
      JsonNode job = job(row);
      Integer code = job.get("exitCode").isNull() ? null : job.get("exitCode").asInt();
      String expected = row.reason() == null ? "null" : row.reason();
      if (!job.get("state").asText().equals(row.state())
          || !job.get("reason").asText("null").equals(expected)
          || !row.mayExit(code)) {
        find(row, "not " + row.state() + " " + expected + " " + row.codes() + ": " + job);
      }
      String message = row.message();
      if (message != null && !job.get("message").asText("").contains(message)) {
        find(row, "its message does not say \"" + message + "\": " + job);
      }
      log(row, job);
      processes(row, job, all);
    }
  }

  private void log(CommandRow row, JsonNode job) {
    byte[] expected = row.log();
    long number = job.get("number").asLong();
    if (expected == null && row.logSize() < 0) {
      return;
    }
    byte[] actual = ground.client().log(number);
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (expected != null && !Arrays.equals(expected, actual) && System.nanoTime() < deadline) {
      BideServer.pause(Duration.ofMillis(50)); // a child that was left may write on
      actual = ground.client().log(number);
    }
    if (expected != null && !Arrays.equals(expected, actual)) {
      find(row, "its log is not " + text(expected) + " but " + text(actual));
    }
    if (row.logSize() >= 0 && actual.length != row.logSize()) {
      find(row, "its log has " + actual.length + " bytes: " + job);
    }
  }

  private void processes(CommandRow row, JsonNode job, List<ProcessTable.Living> all) {
    List<ProcessTable.Living> live = of(row, job, all);
    if (live.size() != row.left()) {
      left += Math.max(0, live.size() - row.left());
      find(row, row.left() + " processes should be left, not " + live);
    }
  }

  /** By where they are, by what they were told, and by the variables of the job. */
  private List<ProcessTable.Living> of(
      CommandRow row, JsonNode job, List<ProcessTable.Living> all) {
    Path directory = directoryOf(row);
    String variable = "BIDE_JOB_UUID=" + job.get("uuid").asText();
    return all.stream()
        .filter(
            process ->
                process.directory().startsWith(directory)
                    || process.commandLine().contains(directory.toString())
                    || process.environment().contains(variable))
        .toList();
  }

  /** Every code there is, by the program's own exit. */
  private void everyCode() {
    List<Map<String, String>> jobs =
        IntStream.range(0, CODES)
            .mapToObj(code -> Map.of("shell", "exit " + code, "name", "exit " + code))
            .toList();
    JsonNode accepted =
        ground.client().post("/api/v1/jobs", Map.of("jobs", jobs)).expect(201).json().get("jobs");
    awaitEmpty();
    for (int code = 0; code < CODES; code++) {
      JsonNode job = ground.client().job(accepted.get(code).get("number").asLong());
      if (job.get("exitCode").asInt(-1) != code
          || !job.get("state").asText().equals(code == 0 ? "COMPLETED" : "FAILED")) {
        findings.add("exit " + code + ": " + job);
      }
    }
  }

  private void slotsAreFree() {
    ground.client().slots(1);
    long number = ground.client().submit(Map.of("command", List.of("true")));
    awaitEmpty();
    JsonNode job = ground.client().job(number);
    if (!job.get("state").asText().equals("COMPLETED")) {
      findings.add("the one after all of them: " + job);
    }
  }

  private void launchersAre(@Nullable Path shell) {
    List<ProcessTable.Entry> launchers =
        ground.processes().stream()
            .filter(entry -> entry.commandLine().contains("/launcher-"))
            .toList();
    for (ProcessTable.Entry launcher : launchers) {
      Path program = Path.of("/proc", Long.toString(launcher.pid()), "exe");
      try {
        if (shell != null && !Files.isSameFile(program, shell)) {
          findings.add("not run by " + shell + ": " + launcher);
        }
      } catch (IOException e) {
        findings.add("cannot look at " + launcher + ": " + e);
      }
    }
    if (launchers.isEmpty()) {
      findings.add("no launcher is there");
    }
  }

  private void endWhatIsLeft() {
    List<ProcessTable.Living> all = ProcessTable.living();
    for (CommandRow row : numbers.keySet()) {
      of(row, job(row), all).forEach(process -> ProcessTable.kill(process.pid()));
    }
  }

  private void serverEnds() {
    ground.server().signal("TERM");
    ground.server().awaitEnd();
    List<ProcessTable.Entry> there = ground.awaitNoProcess(Duration.ofSeconds(10));
    left += there.size();
    there.forEach(entry -> findings.add("left when the server has ended: " + entry));
    String printed = ground.server().printed();
    if (printed.contains("Exception") || printed.contains("\tat ")) {
      findings.add("the server printed: " + printed);
    }
  }

  private void find(CommandRow row, String what) {
    findings.add(row.name() + ": " + what);
  }

  private static String text(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    return text.length() > 300 ? text.substring(0, 300) + "… (" + bytes.length + " bytes)" : text;
  }
}
