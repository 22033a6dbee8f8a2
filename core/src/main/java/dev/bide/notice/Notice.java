package dev.bide.notice;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody is to be told, kept until he has been.
 *
 * @param id the same each time that it is sent
 * @param at when it happened
 * @param target where it goes, as {@link NoticeTarget#text} writes it
 * @param job the job that it is about, or null
 * @param facts what was known then, by the words of {@link Fact}; without control characters
 * @param delivery how far it is
 */
public record Notice(
    UUID id,
    Instant at,
    NoticeEvent event,
    String target,
    @Nullable Long job,
    Map<String, String> facts,
    Delivery delivery) {

  public Notice {
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
  }

  /** One of the facts, or null. */
  public @Nullable String fact(String name) {
    return facts.get(name);
  }

  /** The same, further on. */
  public Notice at(Delivery newDelivery) {
    return new Notice(id, at, event, target, job, facts, newDelivery);
  }

  /** Where it goes, for everybody to read. */
  public String shown() {
    try {
      return NoticeTarget.parse(target).shown();
    } catch (InvalidNotice e) {
      return "(a place that this version does not know)";
    }
  }

  /** Names of what is known of an event. */
  public static final class Fact {
    public static final String JOB = "job";
    public static final String UUID = "uuid";
    public static final String ATTEMPT = "attempt";
    public static final String NAME = "name";
    public static final String COMMAND = "command";
    public static final String DIRECTORY = "directory";
    public static final String QUEUE = "queue";
    public static final String SCHEDULE = "schedule";

    /** When a schedule planned it for. */
    public static final String PLANNED_FOR = "plannedFor";

    public static final String STATE = "state";
    public static final String REASON = "reason";
    public static final String MESSAGE = "message";
    public static final String EXIT_CODE = "exitCode";
    public static final String SIGNAL = "signal";

    /** How long it ran. */
    public static final String SECONDS = "seconds";

    /** How many jobs of the queue wait. */
    public static final String PENDING = "pending";

    /** How many jobs of the queue run. */
    public static final String RUNNING = "running";

    private static final int LONGEST = 1_000;

    private Fact() {}

    /** A text as it may stand among the facts: not too long, on one line, and UTF-8. */
    public static String text(String text) {
      StringBuilder out = new StringBuilder();
      text.codePoints()
          .limit(LONGEST)
          .forEach(
              c ->
                  out.appendCodePoint(
                      Character.isISOControl(c)
                          ? ' '
                          : Character.getType(c) == Character.SURROGATE ? '?' : c));
      return text.codePointCount(0, text.length()) > LONGEST ? out + "…" : out.toString();
    }
  }
}
