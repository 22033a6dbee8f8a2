package dev.bide.server.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of what is kept, and what went.
 *
 * @param said what was just done, or null
 * @param paused why nothing is removed now, or null
 * @param lowDisk true while nothing starts for lack of room: what can go comes first
 * @param logs how much room logs take of that they may; 0 to 100 is drawn
 * @param older what would go at several ages
 * @param gone what went so far, by why
 * @param lastAt when a rule removed or cut something last, or null
 * @param lastSweep when it was looked for something last, or null
 */
public record RetentionPageView(
    Frame frame,
    @Nullable String said,
    @Nullable String paused,
    boolean lowDisk,
    List<Fact> kept,
    Share logs,
    List<Fact> disk,
    List<Age> older,
    List<Setting> settings,
    List<Gone> gone,
    @Nullable Instant lastAt,
    @Nullable Instant lastSweep) {

  /** A figure. */
  public record Fact(String label, String text, @Nullable String more) {}

  /**
   * A part of a whole.
   *
   * @param percent 0 to 100
   */
  public record Share(String text, int percent, boolean over) {}

  /**
   * What has ended before so many days.
   *
   * @param href where it can be removed, or null where there is nothing
   */
  public record Age(String label, String jobs, String logs, @Nullable String href) {
    public boolean nothing() {
      return href == null;
    }
  }

  /**
   * A setting in force.
   *
   * @param key as in {@code bide.toml}
   * @param isDefault true where nothing is set
   */
  public record Setting(String key, String text, boolean isDefault) {}

  /** What went for one reason. */
  public record Gone(String why, String jobs, String logs) {}
}
