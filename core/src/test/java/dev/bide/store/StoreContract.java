package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.queue.QueueSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every store must do: each runs this suite unchanged, by a class that extends this one. The
 * classes it extends hold the greater part.
 */
public abstract class StoreContract extends SchedulesContract {
  // --- queues

  @Test
  void queuesAreAddedChangedAndListedByName() {
    write(
        t -> {
          t.save(new QueueSettings("gpu", 2, false));
          t.save(QueueSettings.DEFAULT);
          t.save(new QueueSettings("gpu", 10_000, true));
          return true;
        });
    reopen();

    assertThat(store.read(Snapshot::queues))
        .containsExactly(QueueSettings.DEFAULT, new QueueSettings("gpu", 10_000, true));
  }

  // --- transactions

  @Test
  void aTransactionReadsWhatItHasWritten() {
    write(
        t -> {
          Job job = t.insert(spec("true"), UUID.randomUUID(), NOON);
          assertThat(t.job(job.number())).contains(job);
          assertThat(t.assign(next(job), "node", NOON)).isTrue();
          assertThat(t.unfinished()).hasSize(1);
          assertThat(t.finish(next(job), SUCCESS)).isTrue();
          assertThat(t.finish(next(job), SUCCESS)).isFalse();
          assertThat(t.unfinished()).isEmpty();
          assertThat(t.attempts(job.number())).hasSize(1);
          assertThat(t.remove(job.number())).isTrue();
          assertThat(t.removed(job.number())).isTrue();
          assertThat(t.newestNumber()).isEqualTo(1);
          assertThat(t.insert(spec("true"), UUID.randomUUID(), NOON).number()).isEqualTo(2);
          return true;
        });
  }

  @Test
  void whatTheWorkThrowsComesOutUntouchedAndNothingHasHappened() {
    AttemptId open = started();
    List<Object> before = all(open.number());
    RuntimeException thrown = new UnsupportedOperationException("mine");
    Error error = new AssertionError("mine too");
    for (Throwable mine : List.of(thrown, error)) {
      assertThatThrownBy(
              () ->
                  write(
                      t -> {
                        t.insert(withEnvironment(Map.of("NEW", "1")), UUID.randomUUID(), NOON);
                        t.save(new QueueSettings("new", 1, false));
                        t.accept("key", new Accepted("d", 1, 1), NOON);
                        t.finish(open, SUCCESS);
                        if (mine instanceof RuntimeException exception) {
                          throw exception;
                        }
                        throw (Error) mine;
                      }))
          .isSameAs(mine);
    }

    assertThat(all(open.number())).isEqualTo(before);
    assertThat(store.read(Snapshot::newestNumber)).isEqualTo(open.number());
    assertThat(store.read(Snapshot::queues)).isEmpty();
    assertThat(accepted("key")).isEmpty();
    assertThat(insert(withEnvironment(Map.of("NEW", "1"))).number()).isEqualTo(open.number() + 1);
  }

  @Test
  void whatAQueryThrowsComesOutUntouchedAndReadingGoesOn() {
    RuntimeException mine = new UnsupportedOperationException("mine");
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(
              () ->
                  store.read(
                      s -> {
                        s.unfinished();
                        throw mine;
                      }))
          .isSameAs(mine);
    }

    assertThat(store.read(Snapshot::newestNumber)).isZero();
  }

  @Test
  void aWriteInsideAWriteIsAMistake() {
    assertThatThrownBy(() -> write(t -> write(u -> true)))
        .isInstanceOf(IllegalStateException.class);

    assertThat(insert(spec("true")).number()).isEqualTo(1);
  }

  @Test
  void aQuerySeesOneInstantAndNeitherWaitsForTheWriterNorDelaysIt() throws Exception {
    Job job = insert(spec("true"));
    CountDownLatch opened = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<List<Object>> query =
          threads.submit(
              () ->
                  store.read(
                      s -> {
                        Page before = s.jobs(JobFilter.ALL, null, 10);
                        opened.countDown();
                        await(written);
                        Page after = s.jobs(JobFilter.ALL, null, 10);
                        return List.of(before, after, s.unfinished(), s.newestNumber());
                      }));
      await(opened);
      insert(spec("true"));
      write(t -> t.end(job.number(), CANCELLED));
      written.countDown();

      Page page = new Page(List.of(job), null);
      assertThat(get(query)).containsExactly(page, page, List.of(job), 1L);
      assertThat(store.read(Snapshot::newestNumber)).isEqualTo(2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatIsNotCommittedIsSeenByNobodyElse() throws Exception {
    CountDownLatch inserted = new CountDownLatch(1);
    CountDownLatch looked = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(1);
    try {
      Future<Job> write =
          threads.submit(
              () ->
                  store.write(
                      t -> {
                        Job job = t.insert(spec("true"), UUID.randomUUID(), NOON);
                        inserted.countDown();
                        await(looked);
                        return job;
                      }));
      await(inserted);
      assertThat(store.read(Snapshot::newestNumber)).isZero();
      looked.countDown();

      assertThat(get(write).number()).isEqualTo(1);
      assertThat(store.read(Snapshot::newestNumber)).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void manyThreadsReadAndWriteAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int j = 0; j < 20; j++) {
                    Job job = insert(spec("true"));
                    assertThat(job(job.number())).isEqualTo(job);
                  }
                  return true;
                }));
      }
      for (Future<Boolean> one : all) {
        assertThat(get(one)).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(store.read(Snapshot::newestNumber)).isEqualTo(160);
    assertThat(store.read(Snapshot::unfinished)).hasSize(160);
  }

  @Test
  void recoveringAHealthyStoreChangesNothing() {
    Job job = insert(spec("true"));

    store.recover();

    assertThat(job(job.number())).isEqualTo(job);
    assertThat(insert(spec("true")).number()).isEqualTo(2);
  }

  @Test
  void aClosedStoreSaysSo() {
    insert(spec("true"));
    store.close();
    store.close();

    assertThatThrownBy(() -> store.read(Snapshot::newestNumber)).isInstanceOf(StoreDown.class);
    assertThatThrownBy(() -> insert(spec("true"))).isInstanceOf(StoreDown.class);
    assertThatThrownBy(() -> store.recover()).isInstanceOf(StoreDown.class);
  }

  @Test
  void theSecondToOpenTakesOverAndTheFirstCanOnlyRead() {
    Job job = insert(spec("true"));
    try (Store second = open()) {
      assertThatThrownBy(() -> insert(spec("true")))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("another server has taken over this home");
      assertThatThrownBy(() -> store.recover())
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("another server has taken over this home");

      assertThat(job(job.number())).isEqualTo(job);
      assertThat(second.write(t -> t.insert(spec("true"), UUID.randomUUID(), NOON)).number())
          .isEqualTo(2);
    }
  }

  @Test
  void aQueryThatRunsWhenTheStoreIsClosedMayFinish() throws Exception {
    Job job = insert(spec("true"));
    CountDownLatch opened = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<List<Job>> query =
          threads.submit(
              () ->
                  store.read(
                      s -> {
                        opened.countDown();
                        await(closing);
                        return s.unfinished();
                      }));
      await(opened);
      Future<Boolean> close =
          threads.submit(
              () -> {
                closing.countDown();
                store.close();
                return true;
              });

      assertThat(get(query)).containsExactly(job);
      assertThat(get(close)).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }
}
