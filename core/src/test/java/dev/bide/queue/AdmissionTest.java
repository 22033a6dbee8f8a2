package dev.bide.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.Reason;
import dev.bide.queue.Situation.QueueSituation;
import dev.bide.queue.Situation.Start;
import dev.bide.queue.Situation.Wait;
import dev.bide.queue.Situation.Waiting;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @Test
  void fillsAllFreeSlotsInSubmitOrder() {
    Situation situation = situation(null, queue(3, false, 1, 12, 10, 11));

    assertThat(Admission.decide(situation)).extracting(Start::number).containsExactly(10L, 11L);
  }

  @Test
  void startsNothingWhenMoreRunThanThereAreSlots() {
    assertThat(Admission.decide(situation(null, queue(2, false, 5, 1, 2)))).isEmpty();
  }

  @Test
  void startsNothingInAPausedQueueAndSaysSo() {
    Situation situation = situation(null, queue(3, true, 0, 1));

    assertThat(Admission.decide(situation)).isEmpty();
    assertThat(why(situation, 1)).isEqualTo(new Wait(false, Reason.QUEUE_PAUSED, 1));
  }

  @Test
  void startsNothingWhileEverythingIsHeldAndSaysWhy() {
    Situation situation = situation(Reason.LOW_DISK, queue(3, false, 0, 1, 2));

    assertThat(Admission.decide(situation)).isEmpty();
    assertThat(why(situation, 2)).isEqualTo(new Wait(false, Reason.LOW_DISK, 2));
  }

  @Test
  void aFullQueueIsTheReasonAtWhateverPosition() {
    Situation situation = situation(null, queue(1, false, 1, 5, 6, 7));

    assertThat(why(situation, 5)).isEqualTo(new Wait(false, Reason.SLOTS, 1));
    assertThat(why(situation, 7)).isEqualTo(new Wait(false, Reason.SLOTS, 3));
  }

  @Test
  void whatWaitsForAnInstantNamesItsOwnReasonAndLetsOthersPass() {
    QueueSituation queue = queue(1, false, 0, 5);
    queue.delayed().put(4L, new Waiting(4, NOW.plusSeconds(9), Reason.NODE_TROUBLE));
    Situation situation = situation(null, queue);

    assertThat(Admission.decide(situation)).extracting(Start::number).containsExactly(5L);
    assertThat(why(situation, 4)).isEqualTo(new Wait(false, Reason.NODE_TROUBLE, 1));
    assertThat(why(situation, 5)).isEqualTo(new Wait(true, Reason.SLOTS, 2));
  }

  @Test
  void explainSaysMayStartExactlyForTheJobsThatDecideStarts() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      Situation situation = anySituation(random);
      Set<Long> started = new HashSet<>();
      Admission.decide(situation).forEach(start -> started.add(start.number()));

      situation
          .queues()
          .forEach(
              (name, queue) -> {
                TreeSet<Long> all = new TreeSet<>(queue.ready().keySet());
                all.addAll(queue.delayed().keySet());
                Map<Long, Wait> waits = Admission.explain(situation, name, all);
                assertThat(waits.keySet()).isEqualTo(all);
                waits.forEach(
                    (number, wait) ->
                        assertThat(wait.mayStart()).isEqualTo(started.contains(number)));
                assertThat(started.stream().filter(all::contains).count() + queue.occupied())
                    .as("seed with a limit exceeded")
                    .isLessThanOrEqualTo(Math.max(queue.settings().slots(), queue.occupied()));
              });
    }
  }

  private static Situation anySituation(Random random) {
    Map<String, QueueSituation> queues = new LinkedHashMap<>();
    long number = 1;
    for (int i = random.nextInt(3); i >= 0; i--) {
      QueueSituation queue =
          queue("q" + i, 1 + random.nextInt(4), random.nextInt(4) == 0, random.nextInt(5));
      for (int j = random.nextInt(8); j > 0; j--) {
        if (random.nextInt(3) == 0) {
          Instant at = NOW.plusSeconds(1 + random.nextInt(10));
          queue.delayed().put(number, new Waiting(number, at, Reason.RETRY_BACKOFF));
        } else {
          queue.ready().put(number, new Waiting(number, null, null));
        }
        number++;
      }
      queues.put(queue.settings().name(), queue);
    }
    return new Situation(NOW, random.nextInt(5) == 0 ? Reason.DRAINING : null, queues);
  }

  private static Wait why(Situation situation, long number) {
    return Admission.explain(situation, "default", new TreeSet<>(List.of(number))).get(number);
  }

  private static Situation situation(Reason held, QueueSituation queue) {
    return new Situation(NOW, held, Map.of(queue.settings().name(), queue));
  }

  private static QueueSituation queue(int slots, boolean paused, int occupied, long... ready) {
    QueueSituation queue = queue("default", slots, paused, occupied);
    for (long number : ready) {
      queue.ready().put(number, new Waiting(number, null, null));
    }
    return queue;
  }

  private static QueueSituation queue(String name, int slots, boolean paused, int occupied) {
    return new QueueSituation(
        new QueueSettings(name, slots, paused), occupied, new TreeMap<>(), new TreeMap<>());
  }
}
