package dev.bide.runner;

import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An attempt to start.
 *
 * @param attempt which one; committed already
 * @param job what runs, and where
 * @param environment the job's own environment, read when it is needed: it may be large
 */
public record Launch(AttemptId attempt, Job job, Supplier<Map<String, String>> environment) {}
