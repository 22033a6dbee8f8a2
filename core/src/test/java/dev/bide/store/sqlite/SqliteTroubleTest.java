package dev.bide.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bide.Needed;
import dev.bide.job.Job;
import dev.bide.store.JobFilter;
import dev.bide.store.Snapshot;
import dev.bide.store.StoreDown;
import java.io.BufferedReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of what was accepted when the file is damaged, the disk full or the writer dead. */
class SqliteTroubleTest extends SqliteFileFixture {
  @Test
  void aDamagedFileIsSaidByWhoeverReadsTheDamage() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      for (int i = 0; i < 500; i++) {
        insert(store, "word " + i, Map.of("I", "" + i));
      }
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] noise = new byte[(int) bytes.length() - 8192];
      new Random(3).nextBytes(noise);
      bytes.seek(8192);
      bytes.write(noise);
    }

    assertThatThrownBy(
            () -> {
              try (SqliteStore store = SqliteStore.open(file)) {
                store.read(s -> s.jobs(JobFilter.ALL, null, 1000));
              }
            })
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining(file + " is damaged");
  }

  @Test
  void problemsAreFoundWhenLookedFor() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      for (int i = 0; i < 200; i++) {
        insert(store);
      }
      assertThat(store.problems()).isEmpty();
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      // The last page is a leaf of some index or table.
      bytes.seek(bytes.length() - 4096);
      bytes.write(new byte[4096]);
    }

    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.problems()).isNotEmpty();
    }
  }

  @Test
  void damageThatAnUncleanStopLeftIsFoundInTheBackgroundAndNothingMoreIsWritten() throws Exception {
    Path copy = Files.createDirectory(home.resolve("copy")).resolve("bide.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.recover(); // all of it in the file itself
      insert(store);
      for (String end : List.of("", "-wal")) {
        Files.copy(home.resolve("bide.db" + end), copy.resolveSibling("bide.db" + end));
      }
    }
    long root;
    try (Session session = Session.reader(file)) {
      // what is in the log too would come back from there: nothing here has made an attempt
      root =
          session
              .first(
                  "select rootpage from sqlite_schema where name = 'attempt'",
                  row -> row.getLong(1))
              .orElseThrow();
    }
    try (RandomAccessFile bytes = new RandomAccessFile(copy.toFile(), "rw")) {
      bytes.seek((root - 1) * 4096);
      bytes.write(new byte[4096]);
    }

    try (SqliteStore store = SqliteStore.open(copy)) {
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> store.write(transaction -> 0))
                      .isInstanceOf(StoreDown.class)
                      .hasMessageStartingWith(copy + " is damaged ("));
      assertThatThrownBy(store::recover).isInstanceOf(StoreDown.class);
      assertThat(store.read(Snapshot::newestNumber)).as("reading goes on").isEqualTo(1);
    }
  }

  @Test
  void afterAFailureWritesAreRefusedUntilItIsRecoveredButReadingGoesOn() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      insert(store);
      tamper("alter table spec rename to elsewhere");

      assertThatThrownBy(() -> insert(store))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("no such table")
          .satisfies(e -> assertThat(((StoreDown) e).outcomeUnknown()).isFalse());
      tamper("alter table elsewhere rename to spec");
      assertThatThrownBy(() -> store.write(Snapshot::newestNumber))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("no such table");
      assertThat(store.read(Snapshot::unfinished)).hasSize(1);

      store.recover();

      assertThat(insert(store).number()).isEqualTo(2);
    }
  }

  @Test
  void recoveringFailsWhileTheFileIsOutOfReach() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      insert(store);
      Path away = home.resolve("away.db");
      Files.move(file, away);

      assertThatThrownBy(store::recover)
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining(file + " was removed or replaced");

      Files.move(away, file);
      store.recover();
      assertThat(insert(store).number()).isEqualTo(2);
    }
  }

  @Test
  void nothingIsAcceptedIntoAFileThatWasRemovedOrReplaced() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      insert(store);
      Path away = home.resolve("away.db");
      Files.move(file, away);
      assertThatThrownBy(() -> insert(store))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining(file + " was removed or replaced");

      Files.copy(away, file);
      assertThatThrownBy(store::recover).isInstanceOf(StoreDown.class);
      assertThatThrownBy(() -> insert(store)).isInstanceOf(StoreDown.class);

      Files.move(away, file, StandardCopyOption.REPLACE_EXISTING);
      store.recover();
      assertThat(insert(store).number()).isEqualTo(2);
    }
  }

  @Test
  void whatWasAcceptedOutlivesTheRemovalOfTheWriteAheadLog() throws Exception {
    Path journal = home.resolve("bide.db-wal");
    try (SqliteStore store = SqliteStore.open(file)) {
      insert(store);
      assertThat(journal).isNotEmptyFile();
      Files.delete(journal);
      assertThatThrownBy(() -> insert(store))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining(journal + " was removed or replaced");

      store.recover();
      assertThat(insert(store).number()).isEqualTo(2);
    }
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.read(Snapshot::unfinished)).hasSize(2);
    }
  }

  @Test
  void aFullDiskIsSaidNothingIsLostAndRoomBringsItBack() throws Exception {
    Path mount = Files.createDirectory(home.resolve("small"));
    Needed.check(
        Needed.succeeds("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", mount.toString()),
        "only root can mount a small disk");
    try {
      Path ballast = mount.resolve("ballast");
      Files.write(ballast, new byte[5 << 20]);
      Path small = mount.resolve("bide.db");
      List<Job> accepted = new ArrayList<>();
      try (SqliteStore store = SqliteStore.open(small)) {
        StoreDown down = fill(store, accepted);

        assertThat(down)
            .hasMessageContaining("the disk that holds " + small + " is full")
            .satisfies(e -> assertThat(e.outcomeUnknown()).isTrue());
        assertThat(store.read(Snapshot::unfinished)).isEqualTo(accepted);
        Files.delete(ballast);
        store.recover();
        assertThat(store.read(Snapshot::unfinished)).startsWith(accepted.toArray(new Job[0]));
        long newest = store.read(Snapshot::newestNumber);
        assertThat(newest).isBetween((long) accepted.size(), accepted.size() + 1L);
        assertThat(insert(store).number()).isEqualTo(newest + 1);
      }
      try (SqliteStore store = SqliteStore.open(small)) {
        assertThat(store.read(Snapshot::unfinished)).startsWith(accepted.toArray(new Job[0]));
        assertThat(store.problems()).isEmpty();
      }
    } finally {
      assertThat(Needed.succeeds("umount", mount.toString())).isTrue();
    }
  }

  private static StoreDown fill(SqliteStore store, List<Job> accepted) {
    while (true) {
      try {
        String large = UUID.randomUUID() + "x".repeat(100_000);
        accepted.add(insert(store, "x", Map.of("LARGE", large)));
      } catch (StoreDown e) {
        return e;
      }
    }
  }

  @Test
  void nothingThatWasAcceptedIsLostWhenTheWriterIsKilled() throws Exception {
    long accepted = 0;
    for (int round = 0; round < 3; round++) {
      Process writer = writer("022", home.toString());
      long last = 0;
      try (BufferedReader output = writer.inputReader(StandardCharsets.US_ASCII)) {
        for (int i = 0; i < 40 + round; i++) {
          last = number(output.readLine());
        }
        // By its handle: killed by itself, it would close the pipe before it was read to its end.
        writer.toHandle().destroyForcibly();
        String line;
        while ((line = output.readLine()) != null && !line.isEmpty()) {
          last = number(line);
        }
      }
      assertThat(writer.waitFor()).isEqualTo(128 + 9);
      assertThat(last).isGreaterThan(accepted);
      accepted = last;
      try (SqliteStore store = SqliteStore.open(file)) {
        assertThat(store.stoppedUncleanly()).isTrue();
        assertThat(Files.size(home.resolve("bide.db-wal"))).isLessThan(20_000);
        // One more may have been kept whose number was not yet printed, or only in part.
        long newest = store.read(Snapshot::newestNumber);
        assertThat(newest).isGreaterThanOrEqualTo(accepted);
        assertThat(store.read(Snapshot::unfinished)).hasSize((int) newest);
        assertThat(store.problems()).isEmpty();
      }
    }
  }

  @Test
  void aWriteAheadLogThatWasCutShortIsReadUpToTheCut() throws Exception {
    Path copy = Files.createDirectory(home.resolve("copy")).resolve("bide.db");
    long size;
    try (SqliteStore store = SqliteStore.open(file)) {
      for (int i = 0; i < 20; i++) {
        insert(store);
      }
      for (String end : List.of("", "-wal")) {
        Files.copy(
            home.resolve("bide.db" + end),
            copy.resolveSibling("bide.db" + end),
            StandardCopyOption.REPLACE_EXISTING);
      }
      size = Files.size(home.resolve("bide.db-wal"));
    }
    try (RandomAccessFile log =
        new RandomAccessFile(copy.resolveSibling("bide.db-wal").toFile(), "rw")) {
      log.setLength(size - 5000);
    }

    try (SqliteStore store = SqliteStore.open(copy)) {
      long newest = store.read(Snapshot::newestNumber);
      assertThat(newest).isBetween(10L, 19L);
      assertThat(store.read(Snapshot::unfinished)).hasSize((int) newest);
      assertThat(insert(store).number()).isEqualTo(newest + 1);
    }
  }
}
