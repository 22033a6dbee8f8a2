package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.ProcessIdentity;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Reading {@code /proc}. */
class ProcessTableTest {
  @Test
  void aProgramMayHaveAnyName() {
    String rest = " S 1 42 43 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 2 3";
    for (String name : new String[] {"sh", "a b", ") Z 7 7 7 (", "(", "))", "\n"}) {
      var stat = ProcessTable.parse("41 (" + name + ")" + rest).orElseThrow();
      assertThat(stat).isEqualTo(new ProcessTable.Stat(41, 'S', 1, 42, 43, 1, 987654));
      assertThat(stat.runs()).isTrue();
    }
    assertThat(ProcessTable.parse("")).isEmpty();
    assertThat(ProcessTable.parse("41 (sh) S 1")).isEmpty();
    assertThat(ProcessTable.parse("x (sh)" + rest)).isEmpty();
    assertThat(ProcessTable.parse("41 (sh)" + rest.replace(" S ", " Z ")).orElseThrow().runs())
        .isFalse();
  }

  @Test
  void aProcessWhoseFirstThreadHasEndedRunsWhileAnotherDoes() {
    String line = "41 (java) Z 1 42 43 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 %d 0 987654 1 2 3";
    assertThat(ProcessTable.parse(line.formatted(2)).orElseThrow().runs()).isTrue();
    assertThat(ProcessTable.parse(line.formatted(1)).orElseThrow().runs()).isFalse();
  }

  @Test
  void thisProcessIsFoundAndItsNumberAloneIsNotEnough() throws Exception {
    long self = ProcessHandle.current().pid();
    long ticks = ProcessTable.stat(self).orElseThrow().startTicks();
    assertThat(ProcessTable.runs(self, ticks)).isTrue();
    assertThat(ProcessTable.runs(self, ticks + 1)).isFalse();
    assertThat(ProcessTable.stat(-1)).isEmpty();
    assertThat(ProcessTable.someoneHolds(Set.of(Path.of("/no/such/file")))).isFalse();
  }

  @Test
  void whoeverStartedAnotherIsAskedToEndBeforeItAlsoWhereNumbersBeganAnew() {
    long none = 1L << 40; // no process has such a number
    Map<Long, ProcessTable.Stat> table = new HashMap<>();
    long parent = 1;
    for (long number : new long[] {63, 7, 5, 40, 2, 1, 62}) {
      table.put(
          none + number,
          new ProcessTable.Stat(none + number, 'S', parent, none + 63, none + 63, 1, 100));
      parent = none + number;
    }
    // one that lost its parent, and is older than others
    table.put(none + 3, new ProcessTable.Stat(none + 3, 'S', 1, none + 3, none + 63, 1, 99 + 2));

    assertThat(
            new ProcessTable.Snapshot(table)
                .members(new ProcessIdentity(none + 63, 100, "boot"), "cookie", Set.of()))
        .extracting(stat -> stat.pid() - none)
        .containsExactly(63L, 3L, 7L, 5L, 40L, 2L, 1L, 62L);
  }

  @Test
  void theNumberOfACommandThatEndedMeansItsSessionOnlyWhileThatWasNotEmpty() {
    long none = 1L << 40; // no process has such a number
    ProcessIdentity ended = new ProcessIdentity(none + 1, 100, "boot");
    // of our session or of that of a daemon that got the number later: nobody can tell
    var orphan = new ProcessTable.Stat(none + 2, 'S', 1, none + 1, none + 1, 1, 200);
    var table = new ProcessTable.Snapshot(Map.of(orphan.pid(), orphan));
    var empty = new ProcessTable.Snapshot(Map.of());
    Sessions sessions = new Sessions();

    assertThat(table.members(ended, "cookie", Set.of(), sessions.numbers())).isEmpty();

    sessions.numbers().add(ended.pid());
    for (int look = 0; look < 9; look++) {
      sessions.look(look == 4 ? table : empty);
    }
    assertThat(sessions.areHeldBy(List.of(orphan))).isTrue();
    assertThat(sessions.areHeldBy(List.of())).isFalse();
    assertThat(table.members(ended, "cookie", Set.of(), sessions.numbers()))
        .containsExactly(orphan);

    sessions.look(empty);
    assertThat(sessions.areHeldBy(List.of())).as("there is none to be held").isTrue();
    assertThat(table.members(ended, "cookie", Set.of(), sessions.numbers())).isEmpty();
  }
}
