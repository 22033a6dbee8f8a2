package dev.bide.engine;

import dev.bide.job.Job;
import java.util.List;

/**
 * What a server found when it started.
 *
 * @param running how many attempts went on while no server was there
 * @param ended the jobs that ended meanwhile
 * @param waiting how many jobs wait
 */
public record Recovered(int running, List<Job> ended, int waiting) {
  public Recovered {
    ended = List.copyOf(ended);
  }
}
