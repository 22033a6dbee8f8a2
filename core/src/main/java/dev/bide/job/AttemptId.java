package dev.bide.job;

import java.util.UUID;

/**
 * One run of a job.
 *
 * @param number the job's number
 * @param uuid the job's uuid
 * @param attempt 1 for the first
 */
public record AttemptId(long number, UUID uuid, int attempt) {

  /**
   * The mark in a process's environment by which it is found again: unique across homes and hosts.
   */
  public String cookie() {
    return uuid + "/" + attempt;
  }

  /** Where its files are, below the directory of all runs: {@code NUMBER-UUID8/ATTEMPT}. */
  public String directory() {
    return number + "-" + uuid.toString().substring(0, 8) + "/" + attempt;
  }

  @Override
  public String toString() {
    return number + "/" + attempt;
  }
}
