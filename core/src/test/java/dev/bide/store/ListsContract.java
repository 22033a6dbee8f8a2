package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.Outcome;
import dev.bide.job.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages, filters, and what is unfinished. */
abstract class ListsContract extends AttemptsContract {
  // --- lists

  @Test
  void pagesAreNewestFirstAndDoNotMoveWhenJobsAreAddedBetweenThem() {
    for (int i = 0; i < 5; i++) {
      insert(spec("true"));
    }

    Page first = store.read(s -> s.jobs(JobFilter.ALL, null, 2));
    insert(spec("true"));
    Page second = store.read(s -> s.jobs(JobFilter.ALL, first.next(), 2));
    Page third = store.read(s -> s.jobs(JobFilter.ALL, second.next(), 2));

    assertThat(numbers(first.jobs())).containsExactly(5L, 4L);
    assertThat(numbers(second.jobs())).containsExactly(3L, 2L);
    assertThat(numbers(third.jobs())).containsExactly(1L);
    assertThat(third.next()).isNull();
  }

  @Test
  void aPageGoesOnWhereItsLastJobWasRemoved() {
    List<AttemptId> jobs = List.of(finished(), finished(), finished());
    Page first = store.read(s -> s.jobs(JobFilter.ALL, null, 2));
    write(t -> t.remove(jobs.get(1).number()));

    Page second = store.read(s -> s.jobs(JobFilter.ALL, first.next(), 2));

    assertThat(numbers(second.jobs())).containsExactly(1L);
  }

  @Test
  void aPageThatIsJustFullIsTheLast() {
    insert(spec("true"));
    insert(spec("true"));

    Page page = store.read(s -> s.jobs(JobFilter.ALL, null, 2));

    assertThat(page.jobs()).hasSize(2);
    assertThat(page.next()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1 or 1=1", "99999999999999999999", "1.5", " 1", "٣"})
  void aCursorThatIsNoneIsRefused(String cursor) {
    assertThatThrownBy(() -> store.read(s -> s.jobs(JobFilter.ALL, cursor, 2)))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(store.read(s -> s.jobs(JobFilter.ALL, null, 2)).jobs()).isEmpty();
  }

  @Test
  void filtersByStateAndQueueWorkAloneAndTogetherOverSeveralPages() {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Job job = insert(inQueue("q" + i % 3));
      int kind = i % 4;
      if (kind > 0) {
        write(t -> t.assign(next(job), "node", NOON));
      }
      if (kind > 1) {
        Outcome outcome = kind == 2 ? Outcome.COMPLETED : Outcome.FAILED;
        write(t -> t.finish(next(job), new Ending(outcome, null, null, 0, null, NOON, 0)));
      }
      jobs.add(job(job.number()));
    }
    List<Set<State>> states =
        List.of(
            Set.of(),
            Set.of(State.PENDING),
            Set.of(State.FAILED, State.PENDING),
            Set.of(State.COMPLETED, State.RUNNING, State.LOST),
            Set.of(State.TIMEOUT),
            Set.of(State.values()));
    for (Set<State> wanted : states) {
      for (String queue : new @Nullable String[] {null, "q0", "q1", "none"}) {
        JobFilter filter = new JobFilter(wanted, queue);
        List<Job> expected =
            jobs.stream()
                .filter(job -> wanted.isEmpty() || wanted.contains(job.state()))
                .filter(job -> queue == null || queue.equals(job.queue()))
                .toList();
        List<Job> oldestFirst = new ArrayList<>();
        store.read(
            s -> {
              s.forEachJob(filter, oldestFirst::add);
              return true;
            });
        assertThat(oldestFirst).as("%s", filter).isEqualTo(expected);
        List<Job> paged = new ArrayList<>();
        String after = null;
        do {
          String cursor = after;
          Page page = store.read(s -> s.jobs(filter, cursor, 3));
          paged.addAll(0, reversed(page.jobs()));
          after = page.next();
        } while (after != null);
        assertThat(paged).as("%s", filter).isEqualTo(expected);
      }
    }
  }

  private static List<Job> reversed(List<Job> jobs) {
    List<Job> reversed = new ArrayList<>(jobs);
    java.util.Collections.reverse(reversed);
    return reversed;
  }

  @Test
  void everyJobIsReadOnceAlsoWhenThereAreManyAndTheReaderAsksFurther() {
    write(
        t -> {
          for (int i = 0; i < 1203; i++) {
            t.insert(withEnvironment(Map.of("I", "" + i)), UUID.randomUUID(), NOON);
          }
          return true;
        });
    List<Long> seen = new ArrayList<>();

    store.read(
        s -> {
          s.forEachJob(
              JobFilter.ALL,
              job -> {
                seen.add(job.number());
                assertThat(s.environment(job.number())).containsEntry("I", "" + (seen.size() - 1));
                assertThat(s.job(job.number())).contains(job);
              });
          return true;
        });

    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 1203).boxed().toList());
  }

  @Test
  void whatIsUnfinishedComesInSubmitOrder() {
    Job waiting = insert(spec("true"));
    AttemptId final_ = finished();
    AttemptId running = started();
    AttemptId starting = assigned();
    Job last = insert(spec("true"));
    AttemptId retried = new AttemptId(final_.number(), final_.uuid(), 1);

    assertThat(numbers(store.read(Snapshot::unfinished)))
        .containsExactly(waiting.number(), running.number(), starting.number(), last.number());
    write(t -> t.retry(retried.number(), null));
    List<Job> unfinished = store.read(Snapshot::unfinished);
    assertThat(numbers(unfinished)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(unfinished).isEqualTo(LongStream.rangeClosed(1, 5).mapToObj(this::job).toList());
  }
}
