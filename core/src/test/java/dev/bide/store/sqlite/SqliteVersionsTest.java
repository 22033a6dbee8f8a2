package dev.bide.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import dev.bide.schedule.CronTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.store.Home;
import dev.bide.store.Snapshot;
import dev.bide.store.StoreDown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files of other versions and of other programs: brought up to date, or refused and left alone. */
class SqliteVersionsTest extends SqliteFileFixture {
  @Test
  void aNewerVersionsFileIsRefusedAndLeftAsItIs() throws Exception {
    SqliteStore.open(file).close();
    tamper("insert into migration (number, checksum) values (99, 'x')");
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessage(
            file
                + " was written by a newer version of Bide (its tables have version 99, this one"
                + " knows "
                + new Migrations().newest()
                + "): start that version");

    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void theFirstVersionsFileIsBroughtUpToDateAndKeepsItsJobs() throws Exception {
    Home.createPrivateFile(file);
    Migrations migrations = new Migrations();
    try (Session session = Session.writer(file)) {
      migrations.apply(file, session, 1);
      session.update("insert into environment (id, digest, bytes) values (1, x'00', x'413d3100')");
      session.update(
          "insert into job (number, uuid, queue, state, not_before)"
              + " values (1, x'00112233445566778899aabbccddeeff', 'default', 'PENDING', 77)");
      session.update(
          "insert into spec (number, words, directory, umask, submitted_at, environment)"
              + " values (1, x'747275650a00', '/srv', 18, 5, 1)");
    }

    try (SqliteStore store = SqliteStore.open(file)) {
      Job kept = store.read(s -> s.job(1)).orElseThrow();
      assertThat(kept.program()).isEqualTo(new Program.Argv(List.of("true\n")));
      assertThat(kept.terms()).isEqualTo(Terms.NONE);
      assertThat(kept.status()).isEqualTo(new Status.Pending(Instant.ofEpochMilli(77), null, null));
      Map<String, String> environment = store.read(s -> s.environment(1));
      assertThat(environment).isEqualTo(Map.of("A", "1"));
      assertThat(store.read(Snapshot::schedules)).isEmpty();
      assertThat(insert(store).number()).isEqualTo(2);
    }
    assertThat(DatabaseFile.problems(file, true)).isEmpty();
  }

  @Test
  void aScheduleInATimeZoneThatIsNotKnownIsReadAsPausedAndSaysWhy() throws Exception {
    Schedule schedule =
        new Schedule(
            "far",
            JobSpec.of("true").with(Map.of()),
            new Timetable(
                CronTrigger.of("@daily"),
                ZoneId.of("Europe/Berlin"),
                null,
                null,
                MissedRunPolicy.ONCE,
                Duration.ofDays(1),
                1),
            OverlapPolicy.SKIP,
            Duration.ZERO,
            0,
            NOON,
            Schedule.Standing.from(NOON));
    try (SqliteStore store = SqliteStore.open(file)) {
      store.write(
          t -> {
            t.save(schedule);
            return true;
          });
    }
    tamper("update schedule set zone = 'Mars/Olympus'");

    try (SqliteStore store = SqliteStore.open(file)) {
      Schedule read = store.read(s -> s.schedule("far")).orElseThrow();
      assertThat(read.standing())
          .isEqualTo(
              new Schedule.Standing(NOON, true, "this Java knows no time zone Mars/Olympus", 0));
      assertThat(read.next()).isNull();
      assertThat(read.timetable().zoneName()).isEqualTo("Mars/Olympus");
      assertThat(store.read(Snapshot::schedules)).containsExactly(read);
      store.write(
          t -> {
            t.save(read);
            return true;
          });
      Schedule again = store.read(s -> s.schedule("far")).orElseThrow();
      assertThat(again).as("saving it keeps the zone").isEqualTo(read);
    }
  }

  @Test
  void anotherBuildsTablesAreRefused() throws Exception {
    SqliteStore.open(file).close();
    tamper("update migration set checksum = 'other'");

    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining(file + " was written by another version of Bide");
  }

  @Test
  void anotherProgramsDatabaseIsRefusedAndLeftAsItIs() throws Exception {
    tamper("create table bookmarks (url text)");

    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessage(file + " is a database of another program");
  }

  @Test
  void whatIsNoDatabaseIsRefused() throws Exception {
    Files.writeString(file, "Dear diary,\n".repeat(1000));

    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessageStartingWith(
            file + " is no database of Bide, or its beginning is damaged: stop the server and");
    assertThat(Files.readString(file)).startsWith("Dear diary");
  }

  @Test
  void aDirectoryInItsPlaceOrNoDirectoryAtAllIsSaid() throws Exception {
    Files.createDirectory(file);
    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining(file.toString());
    Path nowhere = home.resolve("no/such/bide.db");

    assertThatThrownBy(() -> SqliteStore.open(nowhere))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining(nowhere.toString());
  }
}
