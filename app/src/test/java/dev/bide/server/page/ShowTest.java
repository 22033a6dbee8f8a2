package dev.bide.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShowTest {
  @Test
  void every_state_is_on_one_tab_besides_that_of_all() {
    List<State> shown = new ArrayList<>();
    for (Show show : Show.values()) {
      shown.addAll(show.states());
    }

    assertThat(Show.ALL.states()).as("every one").isEmpty();
    assertThat(shown).containsExactlyInAnyOrder(State.values());
  }

  @Test
  void a_tab_is_found_by_its_address_and_an_unknown_one_shows_all() {
    for (Show show : Show.values()) {
      assertThat(Show.of(show.href().replaceFirst("/jobs\\??(show=)?", ""))).isEqualTo(show);
    }
    assertThat(Show.of("nonsense")).isEqualTo(Show.ALL);
  }
}
