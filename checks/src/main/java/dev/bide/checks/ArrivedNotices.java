package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bide.checks.NoticeReceiver.Arrival;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares what arrived at a {@link NoticeReceiver} and in a {@link NoticeLedger} with what
 * happened, as the API tells it once everything is over.
 */
final class ArrivedNotices {
  /** Where the end of every job is told. */
  static final String ALL = "/all";

  /** Where what goes wrong is told, and that nothing is left to do. */
  static final String QUEUE = "/queue";

  private static final String JOBS = "/job/";
  private static final int MOST_NOTICES = 1_000;

  private final Ground ground;
  private final NoticeReceiver receiver;
  private final Collection<LoadJob> loads;
  private final List<String> findings = new ArrayList<>();
  private final Map<String, Integer> events = new TreeMap<>();
  private final Set<String> inDigests = new HashSet<>();
  private int expected;
  private int repeats;

  ArrivedNotices(Ground ground, NoticeReceiver receiver, Collection<LoadJob> loads) {
    this.ground = ground;
    this.receiver = receiver;
    this.loads = loads;
  }

  /** The rules of a load job: one is told to a command, another that it begins and ends. */
  static List<String> rules(LoadJob job, String url, NoticeLedger told) {
    List<String> rules = new ArrayList<>();
    if (hasCommand(job)) {
      rules.add("end=" + told.target(job.ticket()));
    }
    if (hasWebhook(job)) {
      rules.add("start,end=" + url + JOBS + job.ticket());
    }
    return rules;
  }

  private static boolean hasCommand(LoadJob job) {
    return job.ticket().hashCode() % 3 == 0;
  }

  private static boolean hasWebhook(LoadJob job) {
    return job.ticket().hashCode() % 2 == 0;
  }

  /** How many notices there had to be. */
  int expected() {
    return expected;
  }

  /** How many came once more. */
  int repeats() {
    return repeats;
  }

  /** How many came together with others. */
  int inDigests() {
    return inDigests.size();
  }

  /** How many of each event. */
  Map<String, Integer> events() {
    return events;
  }

  /** What is wrong. */
  List<String> findings() {
    findings.addAll(receiver.findings());
    List<Arrival> arrivals = receiver.arrivals();
    sameEachTime(arrivals);
    Set<String> happened = happened();
    Map<String, Set<String>> told = new HashMap<>();
    Set<String> taken = new HashSet<>();
    boolean empty = false;
    for (Arrival arrival : arrivals) {
      if (arrival.event().equals("empty")) {
        empty |= arrival.taken();
        if (arrival.facts().get("pending").asInt() + arrival.facts().get("running").asInt() > 0) {
          findings.add("it is not empty: " + arrival);
        }
        continue;
      }
      String words = words(arrival);
      told.computeIfAbsent(words, what -> new TreeSet<>()).add(arrival.id());
      if (!happened.contains(words)) {
        findings.add("somebody was told what did not happen: " + words + " " + arrival);
      }
      if (arrival.taken()) {
        taken.add(words);
      }
    }
    for (String words : happened) {
      Set<String> ids = told.getOrDefault(words, Set.of());
      if (!taken.contains(words)) {
        findings.add("nobody was told: " + words);
      } else if (ids.size() != 1) {
        findings.add("told by several notices: " + words + " by " + ids);
      }
      events.merge(words.substring(0, words.indexOf(' ')), 1, Integer::sum);
    }
    expected = happened.size();
    if (!empty) {
      findings.add("nobody was told that the queue is empty");
    }
    findings.addAll(
        ToldEnds.findings(
            ground.told(), loads.stream().filter(ArrivedNotices::hasCommand).toList()));
    expected += (int) loads.stream().filter(ArrivedNotices::hasCommand).count();
    sentAsSaid(arrivals);
    return findings;
  }

  /** A message tells the same each time: a digest names the same notices. */
  private void sameEachTime(List<Arrival> arrivals) {
    Map<String, Integer> times = new HashMap<>();
    Map<String, Map<String, Integer>> ids = new TreeMap<>();
    for (Arrival arrival : arrivals) {
      ids.computeIfAbsent(arrival.message(), message -> new TreeMap<>())
          .merge(arrival.id(), 1, Integer::sum);
      if (!arrival.id().equals(arrival.message())) {
        inDigests.add(arrival.id());
      }
      times.merge(arrival.id(), 1, Integer::sum);
    }
    ids.forEach(
        (message, each) -> {
          if (new HashSet<>(each.values()).size() != 1) {
            findings.add("message " + message + " told now this and now that: " + each);
          }
        });
    times.values().forEach(count -> repeats += count - 1);
  }

  /** Everything that somebody had to be told of by the webhook, in words. */
  private Set<String> happened() {
    Set<String> all = new LinkedHashSet<>();
    Map<String, LoadJob> byTicket = new HashMap<>();
    loads.forEach(job -> byTicket.put(job.ticket(), job));
    for (JsonNode job : ground.client().jobs()) {
      String ending = " of job " + job.get("number") + " " + job.get("state").asText();
      all.add("end" + ending + " at " + ALL);
      if (job.get("state").asText().equals("FAILED")) {
        all.add("failure" + ending + " at " + QUEUE);
      }
      LoadJob load = byTicket.get(job.get("name").asText());
      if (load != null && hasWebhook(load)) {
        all.add("end" + ending + " at " + JOBS + load.ticket());
        all.add("start of job " + job.get("number") + " RUNNING at " + JOBS + load.ticket());
      }
    }
    JsonNode runs =
        ground
            .client()
            .get("/api/v1/schedules/each-second/runs?limit=" + MOST_NOTICES)
            .orElseThrow(() -> new IllegalStateException("no answer"))
            .expect(200)
            .json()
            .get("runs");
    for (JsonNode run : runs) {
      String decision = run.get("decision").asText();
      if (decision.equals("SKIPPED") || decision.equals("MISSED")) {
        all.add("missed of each-second for " + instant(run.get("instant")) + " at " + QUEUE);
      }
    }
    return all;
  }

  private static String instant(JsonNode text) {
    return Instant.parse(text.asText()).toString();
  }

  private static String words(Arrival arrival) {
    JsonNode facts = arrival.facts();
    return arrival.event()
        + (arrival.event().equals("missed")
            ? " of " + facts.get("schedule").asText() + " for " + instant(facts.get("plannedFor"))
            : " of job " + facts.get("job") + " " + facts.get("state").asText())
        + " at "
        + arrival.path();
  }

  /** What the API says to have sent has arrived, in the message that it names. */
  private void sentAsSaid(List<Arrival> arrivals) {
    Set<String> taken = new HashSet<>();
    for (Arrival arrival : arrivals) {
      if (arrival.taken()) {
        taken.add(arrival.id() + " in " + arrival.message());
      }
    }
    JsonNode notices =
        ground
            .client()
            .get("/api/v1/notices?limit=" + MOST_NOTICES)
            .orElseThrow(() -> new IllegalStateException("no answer"))
            .expect(200)
            .json()
            .get("notices");
    for (JsonNode notice : notices) {
      String id = notice.get("id").asText();
      String message = notice.get("digest").isNull() ? id : notice.get("digest").asText();
      boolean byWebhook = notice.get("target").asText().startsWith("http");
      if (!notice.get("state").asText().equals("SENT")
          || (byWebhook && !taken.contains(id + " in " + message))) {
        findings.add("said to be otherwise than it is: " + notice);
      }
    }
  }
}
