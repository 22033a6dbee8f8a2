package dev.bide.engine;

import dev.bide.job.Job;
import java.util.List;

/**
 * What a submit was answered.
 *
 * @param jobs in the order they were given
 * @param again true when the same idempotency key had been answered before and nothing new was made
 */
public record Submitted(List<Job> jobs, boolean again) {
  public Submitted {
    jobs = List.copyOf(jobs);
  }
}
