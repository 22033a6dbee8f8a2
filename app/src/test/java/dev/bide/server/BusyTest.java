package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.api.Fields;
import dev.bide.engine.Engine;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** More than can be taken is told to come again, and what was taken is kept. */
class BusyTest {
  private static final int IN_ONE = 1_000;

  @Test
  void a_full_inbox_answers_503_with_the_time_to_come_again() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    AtomicBoolean held = new AtomicBoolean();
    try (RunningServer server = RunningServer.start(config -> holding(config, held, written))) {
      server.send(server.json("PATCH", "queues/default", Map.of("paused", true)));
      Object list = Map.of("jobs", Collections.nCopies(IN_ONE, Map.of("command", List.of("true"))));
      List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
      held.set(true); // nothing is written: what is asked piles up
      try {
        for (int i = 0; i < Engine.INBOX_CAPACITY / IN_ONE + 5; i++) {
          asked.add(server.sendAsync(server.json("POST", "jobs", list)));
        }
        CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new)).get(90, TimeUnit.SECONDS);
      } finally {
        held.set(false);
        written.countDown();
      }
      int accepted = 0;
      int busy = 0;
      for (CompletableFuture<HttpResponse<String>> one : asked) {
        HttpResponse<String> answer = one.get(60, TimeUnit.SECONDS);
        if (answer.statusCode() == 201) {
          accepted += IN_ONE;
          continue;
        }
        busy++;
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        Fields problem = fields(answer);
        assertThat(problem.text("type")).isEqualTo("urn:bide:busy");
        assertThat(problem.text("detail"))
            .matches("[0-9]+ jobs wait to be accepted: ask again in a second");
      }
      assertThat(busy).isPositive();
      assertThat(fields(server.get("queues/default")).number("pending")).isEqualTo(accepted);
      assertThat(server.post("jobs", list).statusCode()).as("later there is room").isEqualTo(201);
    }
  }

  /** One whose store writes nothing as long as it is held. */
  private static Bide holding(BideConfig config, AtomicBoolean held, CountDownLatch released) {
    return WatchedWrites.open(
        config,
        real -> {
          if (held.get()) {
            released.await();
          }
          return real.call();
        });
  }

  @Test
  void a_store_that_cannot_be_written_answers_503_with_the_time_to_come_again() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      long before = server.add("true");
      server.end(before);
      String database = "jdbc:sqlite:" + server.files().home().resolve("bide.db");
      try (Connection other = DriverManager.getConnection(database);
          Statement statement = other.createStatement()) {
        statement.execute("begin immediate");
        HttpResponse<String> answer = server.post("jobs", Map.of("command", List.of("true")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        assertThat(fields(answer).text("type")).isEqualTo("urn:bide:store-down");
        assertThat(answer.body()).doesNotContain("\tat ");
        assertThat(server.get("jobs/" + before).statusCode()).as("reading goes on").isEqualTo(200);
        statement.execute("rollback");
      }
      org.awaitility.Awaitility.await()
          .until(() -> server.post("jobs", Map.of("command", List.of("true"))).statusCode() == 201);
    }
  }
}
