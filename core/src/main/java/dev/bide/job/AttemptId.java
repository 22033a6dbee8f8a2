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

  @Override
  public String toString() {
    return number + "/" + attempt;
  }
}
