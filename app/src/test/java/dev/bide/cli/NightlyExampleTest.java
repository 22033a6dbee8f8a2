package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Bed.Said;
import dev.bide.job.CommandLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The nightly example of docs/schedules.md, over both changes of the clocks. */
class NightlyExampleTest {
  private static final class SetByHand extends Clock {
    private volatile Instant now = Instant.parse("2027-03-26T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private final SetByHand clock = new SetByHand();

  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  @BeforeEach
  void open() throws Exception {
    bed = Bed.open(clock);
    Path examples = Files.createDirectory(bed.directory().resolve("examples"));
    Files.copy(Path.of("../examples/countdown.py"), examples.resolve("countdown.py"));
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  /** The words of the first command of the page that begins so, without the program. */
  private static String[] ofThePage(String beginning) throws Exception {
    String line =
        Files.readAllLines(Path.of("../docs/schedules.md")).stream()
            .filter(one -> one.startsWith("$ ./bide " + beginning))
            .findFirst()
            .orElseThrow();
    List<String> words = CommandLine.split(line.substring("$ ".length())).words();
    return words.subList(1, words.size()).toArray(String[]::new);
  }

  /** A server starts a second after a run was due; the answer is the number of its job. */
  private long startAfter(String due, int runs) throws Exception {
    bed.stopServer();
    clock.now = Instant.parse(due).plusSeconds(1);
    bed.startServer();
    Awaitility.await().until(() -> bed.type("ls", "-a").out().lines().count() == runs);
    assertThat(bed.type("wait", Integer.toString(runs)).code()).isZero();
    return runs;
  }

  @Test
  void the_nightly_example_runs_once_each_night_also_when_the_clocks_change() throws Exception {
    assertThat(bed.type(ofThePage("schedule add nightly")).code()).isZero();
    assertThat(bed.type(ofThePage("schedule edit nightly")).code()).isZero();
    List<String> nights =
        List.of(
            "2027-03-27T01:30:00Z", // 02:30
            "2027-03-28T01:00:00Z", // 02:30 does not exist: the end of the gap is 03:00
            "2027-03-29T00:30:00Z", // 02:30, an hour earlier than before
            "2027-10-31T00:30:00Z"); // 02:30 for the first time
    for (int night = 0; night < nights.size(); night++) {
      long job = startAfter(nights.get(night), night + 1);
      assertThat(bed.type("show", Long.toString(job)).out())
          .contains(
              "schedule: nightly\n",
              "plannedFor: " + nights.get(night).replace("Z", ".000Z") + "\n",
              "state: COMPLETED\n");
      assertThat(bed.type("logs", Long.toString(job)).out()).isNotEmpty();
    }
    bed.stopServer();
    clock.now = Instant.parse("2027-10-31T01:30:01Z"); // 02:30 for the second time
    bed.startServer();
    Said answeredByTheEngine = bed.type("queue", "set", "default", "--slots", "3");
    assertThat(answeredByTheEngine.code()).isZero();
    assertThat(bed.type("ls", "-a").out()).hasLineCount(nights.size());
    assertThat(bed.type("schedule", "show", "nightly", "-o", "json").out())
        .contains("\"next\":\"2027-11-01T01:30:00.000Z\"");
  }
}
