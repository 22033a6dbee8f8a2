package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import dev.bide.cli.Bed.Said;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.zone.ZoneRulesProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is wrong is found, with what to do next, and nothing is changed by looking. */
class DoctorTest {
  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  @BeforeEach
  void open() throws Exception {
    bed = Bed.open();
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  /** Each check with its status. */
  private Map<String, String> statuses(Said said) {
    Map<String, String> statuses = new LinkedHashMap<>();
    said.out()
        .lines()
        .map(line -> line.split("\t", -1))
        .forEach(parts -> statuses.put(parts[0], parts[1]));
    return statuses;
  }

  private static String line(Said said, String check) {
    return said.out().lines().filter(line -> line.startsWith(check + "\t")).findAny().orElse("");
  }

  /** Every file of the home with its size and its time. */
  private Map<String, String> everything() throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(bed.home())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.put(file.toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    }
    return all;
  }

  @Test
  void a_home_with_a_server_is_well() {
    bed.type("run", "true");
    Said said = bed.type("doctor", "--integrity");
    assertThat(said.err()).isEmpty();
    assertThat(said.code()).as(said.out()).isZero();
    assertThat(statuses(said))
        .containsKeys("file system", "space", "logout", "reboot")
        .containsEntry("home", "ok")
        .containsEntry("owner", "ok")
        .containsEntry("modes", "ok")
        .containsEntry("database", "ok")
        .containsEntry("schema", "ok")
        .containsEntry("clock", "ok")
        .containsEntry("integrity", "ok")
        .containsEntry("launcher", "ok")
        .containsEntry("server", "ok")
        .containsEntry("version", "ok")
        .doesNotContainValue("problem");
  }

  @Test
  void without_a_server_it_starts_none_and_changes_nothing() throws Exception {
    bed.type("run", "true");
    bed.stopServer();
    Map<String, String> before = everything();
    Said said = bed.type("doctor", "--integrity");
    assertThat(said.code()).as(said.out()).isZero();
    assertThat(line(said, "server")).contains("none runs");
    assertThat(line(said, "last stop"))
        .isEqualTo("last stop\tok\tthe last server stopped by itself");
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void a_home_that_is_not_there_is_not_made() throws Exception {
    bed.stopServer();
    Files.move(bed.home(), bed.directory().resolve("away"));
    Said said = bed.type("doctor");
    assertThat(said.code()).isZero();
    assertThat(line(said, "home")).contains("the first verb makes it");
    assertThat(bed.home()).doesNotExist();
  }

  @Test
  void a_file_that_others_may_read_is_a_problem_with_its_cure() throws Exception {
    Path token = bed.home().resolve("token");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
    Said said = bed.type("doctor");
    assertThat(said.code()).isEqualTo(1);
    assertThat(line(said, "modes")).isEqualTo("modes\tproblem\topen to others: chmod 600 " + token);
  }

  @Test
  void a_damaged_database_is_a_problem() throws Exception {
    bed.type("run", "true");
    bed.stopServer();
    Path database = bed.home().resolve("bide.db");
    try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
      file.seek(4096);
      file.write(new byte[4096]);
    }
    Said said = bed.type("doctor", "--integrity");
    assertThat(said.code()).isEqualTo(1);
    assertThat(statuses(said)).containsValue("problem");
    assertThat(said.out()).contains("restore a backup");
    Files.writeString(database, "this is no database, but long enough for one".repeat(100));
    assertThat(statuses(bed.type("doctor"))).containsEntry("database", "problem");
  }

  @Test
  void the_zone_data_of_java_is_named() throws Exception {
    String version = ZoneRulesProvider.getVersions("UTC").lastKey();
    assertThat(line(bed.type("doctor"), "zone data"))
        .isEqualTo("zone data\tok\t" + version + ", as Java has it: when clocks change");
    List<?> all =
        (List<?>)
            Json.read(bed.type("doctor", "-o", "json").out().getBytes(StandardCharsets.UTF_8));
    assertThat(all)
        .extracting(one -> Fields.of(one).needed("check"))
        .contains("zone data")
        .doesNotContain("zones");
  }

  @Test
  void a_schedule_in_a_zone_that_is_not_known_is_told_of() throws Exception {
    for (String name : List.of("b", "a")) {
      bed.type("schedule", "add", name, "--every", "1d", "--tz", "Europe/Berlin", "true");
    }
    bed.stopServer();
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + bed.home().resolve("bide.db"));
        var statement = connection.createStatement()) {
      statement.execute("update schedule set zone = 'Mars/Olympus'");
    }
    Said said = bed.type("doctor");
    assertThat(said.code()).isZero();
    assertThat(line(said, "zones"))
        .isEqualTo(
            "zones\twarning\tschedule a is paused, since this Java knows no time zone"
                + " Mars/Olympus, and 1 more: take a newer Java, or name another zone (bide"
                + " schedule edit a --tz ZONE)");
    bed.startServer();
    Said shown = bed.type("schedule", "show", "a");
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out()).contains("Mars/Olympus");
  }

  @Test
  void a_server_that_was_killed_is_told_of() throws Exception {
    bed.stopServer();
    Files.writeString(bed.home().resolve("bide.db-wal"), "what a killed server left");
    assertThat(statuses(bed.type("doctor"))).containsEntry("last stop", "warning");
  }

  @Test
  void without_the_programs_that_start_jobs_there_is_a_problem() throws Exception {
    bed.variables().put("PATH", Files.createDirectory(bed.directory().resolve("bin")).toString());
    Said said = bed.type("doctor");
    assertThat(said.code()).isEqualTo(1);
    assertThat(line(said, "launcher")).startsWith("launcher\tproblem\tno job can be started");
  }

  @Test
  void a_drained_server_is_told_of() {
    bed.type("drain");
    assertThat(statuses(bed.type("doctor"))).containsEntry("drain", "warning");
  }

  @Test
  void json_is_an_array_of_check_status_and_message() throws Exception {
    Said said = bed.type("doctor", "-o", "json");
    List<?> all = (List<?>) Json.read(said.out().getBytes(StandardCharsets.UTF_8));
    assertThat(all).hasSizeGreaterThan(10);
    for (Object one : all) {
      assertThat(Fields.of(one).map().keySet().toString()).isEqualTo("[check, status, message]");
    }
  }
}
