package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeSettings;
import dev.bide.store.StoreDown;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsTest {
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void thatANoticeCouldNotBeSentIsHeardByWhoAsksForIt() throws Exception {
    NoticeRule rule = NoticeRule.parse("failure=mailto:ada@example.org"); // no server takes mail
    NoticeSettings settings = new NoticeSettings(List.of(rule), List.of(), null, null, null);
    try (RunningServer told = RunningServer.start(settings);
        EventReader events = EventReader.open(told.request("events?topics=notices"))) {
      told.end(told.add("false"));
      assertThat(events.next("notices", "").data()).isEqualTo("{\"failed\":1}");
      String id = told.notices("?state=FAILED").get(0).needed("id");
      told.post("notices/" + id + "/retry", null);
      assertThat(events.next("notices", "").data()).isEqualTo("{\"failed\":0}");
      assertThat(events.next("notices", "").data()).isEqualTo("{\"failed\":1}");
    }
  }

  @Test
  void whoListensIsToldToReadAgainOnceTheStoreIsBack() throws Exception {
    AtomicBoolean withheld = new AtomicBoolean();
    try (RunningServer shaky = RunningServer.start(config -> withholding(config, withheld));
        EventReader events = EventReader.open(shaky.request("events?topics=schedules"))) {
      withheld.set(true);
      assertThat(shaky.post("jobs", Map.of("shell", "true")).statusCode()).isEqualTo(503);
      assertThat(events.next("reset", "").data()).isEqualTo("{}");
      assertThat(shaky.end(1).needed("state")).isEqualTo("COMPLETED");
    }
  }

  /** One whose store keeps a commit and does not answer it, once. */
  private static Bide withholding(BideConfig config, AtomicBoolean withheld) {
    return WatchedWrites.open(
        config,
        real -> {
          Object answer = real.call();
          if (withheld.getAndSet(false)) {
            throw new StoreDown("the disk said no", true, null);
          }
          return answer;
        });
  }

  @Test
  void aJobIsHeardFromItsSubmitToItsRemoval() throws Exception {
    try (EventReader events = EventReader.open(server.request("events"))) {
      long job = server.add("true");
      String number = "{\"number\":" + job + ",";
      EventReader.Heard first = events.next("job", number);
      assertThat(first.data()).containsAnyOf("\"PENDING\"", "\"RUNNING\"");
      assertThat(events.next("job", "\"state\":\"COMPLETED\"").data()).startsWith(number);
      Schemas schemas = new Schemas();
      assertThat(
              schemas.check(
                  schemas.document().at("/components/schemas/Job"),
                  new ObjectMapper().readTree(first.data()),
                  "$"))
          .isEmpty();
      server.send(server.request("jobs/" + job).DELETE());
      assertThat(events.next("removed", "").data()).isEqualTo("{\"number\":" + job + "}");
      server.send(server.json("PATCH", "queues/default", Map.of("slots", 7)));
      assertThat(events.next("queue", "\"slots\":7").data())
          .startsWith("{\"name\":\"default\",\"slots\":7,\"paused\":false,");
    }
  }

  @Test
  void whoComesBackHearsWhatItMissedAndInOrder() throws Exception {
    String last;
    try (EventReader events = EventReader.open(server.request("events"))) {
      long job = server.add("true");
      events.next("job", "\"state\":\"COMPLETED\"");
      last = events.lastId();
      assertThat(job).isPositive();
    }
    for (int i = 0; i < 3; i++) {
      server.end(server.add("true"));
    }
    try (EventReader events =
        EventReader.open(server.request("events").header("Last-Event-ID", last))) {
      events.next("job", "{\"number\":2,");
      events.next("job", "{\"number\":3,");
      EventReader.Heard end = events.next("job", "{\"number\":4,");
      assertThat(sequence(end.id())).isGreaterThan(sequence(last));
    }
  }

  private static long sequence(String id) {
    return Long.parseLong(id.substring(id.indexOf('.') + 1));
  }

  @Test
  void whoCannotBeToldWhatItMissedIsToldToReadAnew() throws Exception {
    for (String id : List.of("0123456789ab.5", "nonsense", "1.2.3")) {
      try (EventReader events =
          EventReader.open(server.request("events").header("Last-Event-ID", id))) {
        EventReader.Heard first = events.next();
        assertThat(first.kind()).as(id).isEqualTo("reset");
        assertThat(first.data()).isEqualTo("{}");
        server.add("true");
        events.next("job", "\"state\":\"COMPLETED\"");
      }
    }
    try (EventReader events = EventReader.open(server.request("events"))) {
      server.add("true");
      events.next("job", "\"state\":\"COMPLETED\"");
      String far = events.lastId() + "000";
      try (EventReader other =
          EventReader.open(server.request("events").header("Last-Event-ID", far))) {
        assertThat(other.next().kind()).isEqualTo("reset");
      }
    }
  }

  @Test
  void theGrowthOfALogIsToldToThoseWhoAskForItsJobOnly() throws Exception {
    Path gate = server.directory().resolve("gate");
    long job =
        server.add(
            "sh", "-c", "echo a; while [ ! -e " + gate + " ]; do sleep 0.05; done; echo bcd");
    try (EventReader mine = EventReader.open(server.request("events?topics=job:" + job));
        EventReader all = EventReader.open(server.request("events?topics=jobs"))) {
      String start = "{\"number\":" + job + ",\"attempt\":1,\"size\":";
      assertThat(mine.next("log", "").data()).isEqualTo(start + "2}");
      long other = server.add("echo", "noise");
      server.end(other);
      Files.createFile(gate);
      EventReader.Heard end = mine.next("job", "\"state\":\"COMPLETED\"");
      assertThat(end.data()).contains("\"number\":" + job + ",").contains("\"logSize\":6");
      EventReader.Heard heard = all.next("job", "\"logSize\":6");
      assertThat(heard.kind()).isEqualTo("job");
    }
    assertThat(server.get("events?topics=nonsense").statusCode()).isEqualTo(422);
    assertThat(server.get("events?topics=job:x").statusCode()).isEqualTo(422);
  }

  @Test
  void aListOfAThousandJobsIsHeardWhole() throws Exception {
    server.send(server.json("PATCH", "queues/default", Map.of("paused", true)));
    try (EventReader events = EventReader.open(server.request("events"))) {
      server.post(
          "jobs",
          Map.of("jobs", java.util.Collections.nCopies(1000, Map.of("command", List.of("true")))));
      for (int i = 1; i <= 1000; i++) {
        events.next("job", "{\"number\":" + i + ",");
      }
    }
  }

  @Test
  void aClientThatDoesNotReadIsClosedAndDelaysNobody() throws Exception {
    server.send(server.json("PATCH", "queues/default", Map.of("paused", true)));
    String argument = "x".repeat(100_000);
    try (SocketChannel slow = new RawClient(server.server().port()).connect();
        EventReader quick = EventReader.open(server.request("events"))) {
      slow.write(
          ByteBuffer.wrap(
              ("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                      + server.token()
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8)));
      for (int i = 1; i <= 120; i++) {
        server.add("echo", argument);
        quick.next("job", "{\"number\":" + i + ",");
      }
      await().until(() -> server.server().listeners() == 1);
      ByteBuffer all = ByteBuffer.allocate(1 << 20);
      long read = 0;
      while (slow.read(all) >= 0) {
        read += all.position();
        all.clear();
      }
      assertThat(read).as("it was closed before it had everything").isLessThan(120 * 200_000L);
      server.add("echo", "still here");
      quick.next("job", "still here");
    }
  }

  @Test
  void streamsEndAtOnceWhenTheServerStops() throws Exception {
    try (EventReader events = EventReader.open(server.request("events"))) {
      long before = System.nanoTime();
      server.server().close();
      while (!events.isOver()) {
        // what was on its way
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void whoHasGoneIsForgottenAtTheNextEvent() throws Exception {
    for (int i = 0; i < 20; i++) {
      EventReader.open(server.request("events?topics=jobs,job:1")).close();
    }
    await()
        .until(
            () -> {
              server.add("true");
              return server.server().listeners() == 0;
            });
  }
}
