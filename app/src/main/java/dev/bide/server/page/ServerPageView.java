package dev.bide.server.page;

import dev.bide.server.page.JobPageView.Fact;
import java.util.List;

/**
 * The page of the server.
 *
 * @param health how it is, one line each
 * @param ended how jobs ended in the last day, by state; empty when none did
 */
public record ServerPageView(
    Frame frame, List<Fact> facts, List<Health> health, List<Ended> ended, List<Queue> queues) {

  /**
   * Something that is well or is not.
   *
   * @param good true: nothing has to be done
   */
  public record Health(String label, String text, boolean good) {}

  /** How many jobs ended so. */
  public record Ended(StateLook look, String count) {}

  /**
   * A queue with the jobs that ended in the last day.
   *
   * @param occupancy how full it is now
   * @param ended how many
   */
  public record Queue(String name, String occupancy, String ended, Times waited, Times ran) {}

  /** How long something took: the median, and what nineteen of twenty did not exceed. */
  public record Times(String median, String p95) {
    public boolean none() {
      return median.isEmpty();
    }
  }
}
