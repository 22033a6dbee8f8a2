package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What was thrown, as an answer. */
class ProblemsTest {
  private final Problems problems = new Problems();

  @Test
  void whatAStopOfTheServerCutsOffMayBeSentAgain() {
    assertThat(problems.of(Problem.malformed("the body ended")).status()).isEqualTo(400);
    assertThat(problems.of(new IOException("closed")).status()).isEqualTo(500);

    problems.serverEnds();

    assertThat(problems.of(Problem.malformed("the body ended")).status()).isEqualTo(503);
    Problem cut = problems.of(new IOException("closed"));
    assertThat(cut.status()).isEqualTo(503);
    assertThat(cut.headers()).containsKey("Retry-After");
  }
}
