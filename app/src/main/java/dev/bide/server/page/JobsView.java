package dev.bide.server.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of jobs.
 *
 * @param said what was just done, or null
 * @param restarted what went on while no server was there, or null
 * @param nothingAtAll true when there is no job of any state
 * @param example a line that works everywhere
 * @param added number of the job that was just added, or 0
 * @param olderHref where older ones are, or null on the last page
 */
public record JobsView(
    Frame frame,
    @Nullable Said said,
    @Nullable String restarted,
    AddForm form,
    List<Tab> tabs,
    List<QueueRow> queues,
    List<JobRow> jobs,
    boolean nothingAtAll,
    String example,
    String caption,
    long added,
    boolean firstPage,
    String newestHref,
    @Nullable String olderHref) {

  /**
   * A sentence about a job.
   *
   * @param number of the job its middle leads to, or 0 when there is none to go to
   */
  public record Said(String before, long number, String after) {}

  /** One choice of which jobs to show. */
  public record Tab(String word, String href, boolean current, @Nullable String count) {}
}
