package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Bed.Said;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A copy of the database, and a home that goes on from it. */
class BackupTest {
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

  private Path place(String name) {
    return bed.directory().resolve(name);
  }

  private List<String> places() throws IOException {
    try (Stream<Path> files = Files.list(bed.directory())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** As after the loss of a disk: the home begins anew. */
  private void loseHome() throws IOException {
    bed.stopServer();
    Files.move(bed.home(), place("lost"));
  }

  @Test
  void a_backup_beside_a_running_server_is_one_private_file() throws Exception {
    bed.type("run", "true");
    bed.type("add", "sleep", "300");
    Said said = bed.type("backup", "b.db");
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).startsWith("2 jobs in " + place("b.db") + " (");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place("b.db"))))
        .isEqualTo("rw-------");
    assertThat(places()).containsExactly("b.db", "home");
    String token = Files.readString(bed.home().resolve("token")).strip();
    assertThat(Files.readString(place("b.db"), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain(token);
  }

  @Test
  void a_backup_without_a_server_is_the_same_and_starts_none() throws Exception {
    bed.type("run", "true");
    bed.stopServer();
    assertThat(bed.type("backup", place("b.db").toString()).out()).startsWith("1 job in ");
    assertThat(bed.home().resolve("server.json")).doesNotExist();
  }

  @Test
  void a_file_that_is_there_is_replaced_only_by_force() throws Exception {
    Files.writeString(place("b.db"), "dear");
    Said said = bed.type("backup", "b.db");
    assertThat(said)
        .isEqualTo(
            new Said(1, "", "bide: " + place("b.db") + " is there already: --force replaces it\n"));
    assertThat(place("b.db")).hasContent("dear");
    assertThat(bed.type("backup", "--force", "b.db").code()).isZero();
    assertThat(Files.size(place("b.db"))).isGreaterThan(1000);
    assertThat(places()).containsExactly("b.db", "home");
  }

  @Test
  void a_backup_that_is_not_possible_leaves_nothing() throws Exception {
    assertThat(bed.type("backup", "none/b.db").err())
        .isEqualTo("bide: there is no directory " + place("none") + "\n");
    assertThat(bed.type("backup", "home/b.db").err()).contains("is in the home");
    assertThat(bed.type("backup").code()).isEqualTo(2);
    bed.stopServer();
    try (RandomAccessFile database =
        new RandomAccessFile(bed.home().resolve("bide.db").toFile(), "rw")) {
      database.seek(4096);
      database.write(new byte[8192]);
    }
    Said said = bed.type("backup", "b.db");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).contains("damaged");
    assertThat(places()).containsExactly("home");
  }

  @Test
  void a_restored_home_goes_on_from_the_backup_and_does_not_guess() throws Exception {
    bed.type("run", "true");
    bed.type("add", "sleep", "300"); // 2: killed with its home before the restore
    bed.type("queue", "set", "default", "--slots", "1");
    bed.type("add", "true"); // 3
    assertThat(bed.type("backup", "b.db").code()).isZero();
    bed.type("cancel", "--now", "2");
    bed.type("wait", "2");
    bed.type("wait", "3");
    loseHome();

    assertThat(bed.type("restore", "b.db").out())
        .isEqualTo(
            "3 jobs restored; 1 ran when the backup was made and is LOST; 1 waits and will start"
                + " with the next server\n");
    bed.startServer();
    assertThat(bed.type("show", "2").out())
        .contains("state: LOST\n", "reason: UNKNOWN_EXIT\n", "message: it ran when the backup");
    assertThat(bed.type("wait", "3").code()).isZero();
    assertThat(bed.type("add", "true").line()).isEqualTo("4");
  }

  @Test
  void what_still_runs_on_this_host_is_found_again() throws Exception {
    bed.type("add", "-c", "until test -e go; do sleep 0.05; done; exit 7");
    bed.type("backup", "b.db");
    bed.stopServer();
    Files.createDirectory(place("old"));
    Files.move(bed.home().resolve("bide.db"), place("old").resolve("bide.db"));

    assertThat(bed.type("restore", "b.db").out())
        .isEqualTo("1 job restored; 1 is here still, and the next server finds out\n");
    bed.startServer();
    Files.createFile(place("go"));
    assertThat(bed.type("wait", "1").code()).isEqualTo(7);
  }

  @Test
  void a_run_directory_of_another_time_is_never_met() throws Exception {
    assertThat(bed.type("backup", "b.db").code()).isZero();
    loseHome();
    Path foreign = bed.home().resolve("runs/1-deadbeef/1");
    assertThat(bed.type("restore", "b.db").code()).isZero();
    Files.createDirectories(foreign);
    Files.writeString(foreign.resolve("log"), "of another job\n");
    bed.startServer();
    assertThat(bed.type("run", "echo", "mine").out()).isEqualTo("mine\n");
    assertThat(bed.type("logs", "1").out()).isEqualTo("mine\n");
    assertThat(foreign.resolve("log")).hasContent("of another job\n");
  }

  /** The database goes, the directory of runs stays. */
  private void loseDatabase() throws IOException {
    bed.stopServer();
    Files.createDirectory(place("old"));
    for (String name : List.of("bide.db", "bide.db-wal", "bide.db-shm")) {
      if (Files.exists(bed.home().resolve(name))) {
        Files.move(bed.home().resolve(name), place("old").resolve(name));
      }
    }
  }

  private Path runsOf(int number) throws IOException {
    try (Stream<Path> runs = Files.list(bed.home().resolve("runs"))) {
      return runs.filter(run -> run.getFileName().toString().startsWith(number + "-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void what_ran_after_the_backup_runs_again_and_its_files_are_kept_aside() throws Exception {
    bed.type("run", "-c", "echo x >>first; exit 3"); // 1
    bed.type("queue", "pause", "default");
    bed.type("add", "-c", "echo x >>second; exit 4"); // 2 waits in the backup
    bed.type("backup", "b.db");
    bed.type("queue", "resume", "default");
    bed.type("wait", "2");
    bed.type("retry", "1");
    bed.type("wait", "1");
    loseDatabase();
    String log = Files.readString(runsOf(1).resolve("1/job"));

    assertThat(bed.type("restore", "b.db"))
        .isEqualTo(
            new Said(0, "2 jobs restored; 1 waits and will start with the next server\n", ""));
    assertThat(runsOf(1).resolve("1/job")).hasContent(log);
    assertThat(runsOf(1).resolve("2-before-restore-1/exit")).content().startsWith("3 ");
    assertThat(runsOf(2).resolve("1-before-restore-1/exit")).content().startsWith("4 ");
    bed.startServer();
    bed.type("queue", "resume", "default");
    assertThat(bed.type("wait", "2").code()).isEqualTo(4);
    assertThat(place("second")).hasContent("x\nx");
    bed.type("retry", "1");
    assertThat(bed.type("wait", "1").code()).isEqualTo(3);
    assertThat(place("first")).hasContent("x\nx\nx");
    Path directory = runsOf(1);
    bed.type("rm", "-y", "1");
    org.awaitility.Awaitility.await().until(() -> !Files.exists(directory));
  }

  @Test
  void what_runs_since_the_backup_is_not_restored_over() throws Exception {
    refusesToRestoreOver("sleep", "300");
  }

  /** As a command does that wants no variables, and each for a moment before it is started. */
  @Test
  void what_runs_without_a_mark_is_not_restored_over_either() throws Exception {
    refusesToRestoreOver("env", "-i", "sleep", "300");
  }

  private void refusesToRestoreOver(String... command) throws Exception {
    bed.type("queue", "pause", "default");
    bed.type(Stream.concat(Stream.of("add"), Stream.of(command)).toArray(String[]::new));
    bed.type("backup", "b.db");
    bed.type("queue", "resume", "default");
    org.awaitility.Awaitility.await().until(() -> bed.type("show", "1").out().contains("\npid: "));
    loseDatabase();
    Said said = bed.type("restore", "b.db");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .startsWith("bide: nothing was restored: job 1 was started again after the backup")
        .containsPattern("as process [0-9]+: wait for its end or end it, or restore into another");
    assertThat(bed.home().resolve("bide.db")).doesNotExist();
    assertThat(runsOf(1).resolve("1")).isDirectory();
    dev.bide.Leftovers.end(bed.directory());
    assertThat(bed.type("restore", "b.db").code()).isZero();
    assertThat(runsOf(1).resolve("1")).doesNotExist();
  }

  @Test
  void a_restore_follows_no_link_to_move_something_aside() throws Exception {
    bed.type("queue", "pause", "default");
    bed.type("add", "true"); // 1
    bed.type("add", "true"); // 2
    bed.type("backup", "b.db");
    bed.type("queue", "resume", "default");
    bed.type("wait", "1", "2");
    loseDatabase();
    Files.move(runsOf(1), place("elsewhere"));
    Path second = runsOf(2).resolve("1");
    Files.move(second, place("attempt"));
    Files.createSymbolicLink(second, place("attempt"));
    Path first = runsOf(2).resolveSibling("1-" + uuidOfFirst());
    Files.createSymbolicLink(first, place("elsewhere"));
    assertThat(bed.type("restore", "b.db").code()).isZero();
    assertThat(place("elsewhere").resolve("1/job")).isRegularFile();
    assertThat(place("attempt").resolve("job")).isRegularFile();
    assertThat(runsOf(2).resolve("1-before-restore-1")).isSymbolicLink();
  }

  private String uuidOfFirst() throws IOException {
    for (String line : Files.readAllLines(place("elsewhere").resolve("1/job"))) {
      int at = line.indexOf("BIDE_JOB_ATTEMPT_ID=");
      if (at >= 0) {
        String rest = line.substring(at + "BIDE_JOB_ATTEMPT_ID=".length());
        return rest.replaceAll("^[^0-9a-f]*", "").substring(0, 8);
      }
    }
    throw new AssertionError("no mark in the script");
  }

  @Test
  void in_paused_queues_nothing_starts_by_itself() throws Exception {
    bed.type("queue", "pause", "default");
    bed.type("add", "true");
    bed.type("backup", "b.db");
    bed.type("queue", "resume", "default");
    bed.type("wait", "1");
    loseHome();
    assertThat(bed.type("restore", "--paused", "b.db", "-o", "json").out())
        .isEqualTo("{\"jobs\":1,\"lost\":0,\"running\":0,\"waiting\":1}\n");
    bed.startServer();
    assertThat(bed.type("show", "1").out()).contains("reason: QUEUE_PAUSED\n");
  }

  @Test
  void a_restore_replaces_nothing_and_says_what_to_do() {
    bed.type("backup", "b.db");
    assertThat(bed.type("restore", "b.db").err())
        .contains("a server runs for " + bed.home())
        .contains("bide stop ends it");
    bed.stopServer();
    Said said = bed.type("restore", "b.db");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .contains(bed.home().resolve("bide.db") + " is there, and a restore replaces nothing")
        .contains("move it away (mkdir ");
  }

  @Test
  void what_is_no_sound_backup_is_refused_and_leaves_no_database() throws Exception {
    bed.type("run", "true");
    bed.type("backup", "b.db");
    loseHome();
    Files.writeString(place("text"), "no database\n".repeat(1000));
    Files.createFile(place("empty"));
    byte[] cut = Files.readAllBytes(place("b.db"));
    Files.write(place("cut.db"), java.util.Arrays.copyOf(cut, cut.length / 2));
    for (String name : List.of("text", "empty", "cut.db", "none")) {
      Said said = bed.type("restore", name);
      assertThat(said.code()).as(name).isEqualTo(1);
      assertThat(said.err()).as(name).contains(place(name).toString());
      assertThat(bed.home().resolve("bide.db")).doesNotExist();
      assertThat(bed.home().resolve("restored.db")).doesNotExist();
    }
    assertThat(bed.type("restore", "b.db").code()).isZero();
  }
}
