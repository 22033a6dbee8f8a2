package dev.bide.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What decides when a schedule runs. Immutable and pure. */
public sealed interface Trigger permits CronTrigger, IntervalTrigger, InstantsTrigger {
  /**
   * The first planned run after an instant, or null when none follows. The same for the same rules
   * of the zone, whenever it is asked.
   */
  @Nullable Occurrence next(Instant after, ZoneId zone);

  /** What {@link #parse} reads as this trigger. */
  String text();

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws InvalidTrigger when it is no such text
   */
  static Trigger parse(String text) throws InvalidTrigger {
    int blank = text.indexOf(' ');
    String kind = blank < 0 ? text : text.substring(0, blank);
    String rest = text.substring(blank + 1);
    try {
      switch (kind) {
        case CronTrigger.KIND -> {
          return CronTrigger.of(rest);
        }
        case IntervalTrigger.KIND -> {
          String[] words = rest.split(" ", 2);
          return IntervalTrigger.of(Instant.parse(words[1]), Duration.parse(words[0]));
        }
        case InstantsTrigger.KIND -> {
          return InstantsTrigger.of(Stream.of(rest.split(" ")).map(Instant::parse).toList());
        }
        default -> throw new InvalidTrigger("\"" + text + "\" is no trigger");
      }
    } catch (DateTimeParseException | ArrayIndexOutOfBoundsException e) {
      throw new InvalidTrigger("\"" + text + "\" is no trigger");
    }
  }
}
