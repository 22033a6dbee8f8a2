package dev.bide.store;

import dev.bide.job.Job;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of jobs.
 *
 * @param jobs newest first
 * @param next what to ask for the following page with, or null when this is the last
 */
public record Page(List<Job> jobs, @Nullable String next) {
  public Page {
    jobs = List.copyOf(jobs);
  }
}
