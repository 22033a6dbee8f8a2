package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.IoFault.Failure;
import dev.bide.checks.IoFault.Where;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link IoErrorRounds}, and single calls that found something once. */
@Timeout(400)
class IoErrorsTest {
  private static final int EVERY = 10;

  @TempDir private Path directory;

  @BeforeEach
  void thereIsACompiler() {
    Needed.check(hasCompiler(), "cc is missing: with it calls on the disk are made to fail");
  }

  private static boolean hasCompiler() {
    for (String place : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(place, "cc"))) {
        return true;
      }
    }
    return false;
  }

  @Test
  void nothingIsLostOrRunTwiceWhicheverCallTheDiskRefuses() {
    long seed = System.nanoTime();
    List<String> told = new ArrayList<>(List.of("seed " + seed));
    System.out.println("every " + EVERY + "th call on the disk fails, seed " + seed);
    int first = 1 + new Random(seed).nextInt(EVERY);
    IoErrorRounds rounds =
        new IoErrorRounds(
            List.of(Failure.EIO), List.of(Where.DATABASE, Where.RUNS), 2, first, EVERY, 1, 4);

    assertThat(rounds.run(told::add)).as(String.join("\n", told)).isTrue();
  }

  @Test
  void anEndingTellsTheWholeLogThoughTheDiskRefusesToSyncIt() {
    int syncOfTheLog = 8;

    IoErrorRound.Result result = run(new IoFault(Failure.EIO, Where.RUNS, syncOfTheLog, 1), 1);

    assertThat(result.failed()).singleElement().asString().matches("8 fsync .*/log");
    assertThat(result.verdict().findings()).isEmpty();
  }

  private IoErrorRound.Result run(IoFault fault, int jobs) {
    Path library = IoFault.library(directory);
    try (IoErrorRound round = new IoErrorRound(fault, library)) {
      return round.run(jobs);
    }
  }
}
