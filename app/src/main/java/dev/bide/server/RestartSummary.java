package dev.bide.server;

import dev.bide.engine.Recovered;
import dev.bide.job.Job;
import dev.bide.job.Status;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a server found at its start, in words for people. Pure. */
public final class RestartSummary {
  private static final int JOBS_TO_NAME = 10;

  private RestartSummary() {}

  /** {@code 3 jobs kept running, 1 ended meanwhile (#12, exit 0)}; empty when there was nothing. */
  public static Optional<String> of(Recovered recovered) {
    List<Job> ended = recovered.ended();
    if (recovered.running() == 0 && ended.isEmpty()) {
      return Optional.empty();
    }
    String line =
        recovered.running() + (recovered.running() == 1 ? " job" : " jobs") + " kept running";
    if (!ended.isEmpty()) {
      line +=
          ", "
              + ended.size()
              + " ended meanwhile ("
              + ended.stream()
                  .limit(JOBS_TO_NAME)
                  .map(RestartSummary::end)
                  .collect(Collectors.joining(", "))
              + (ended.size() > JOBS_TO_NAME ? ", …" : "")
              + ")";
    }
    return Optional.of(line);
  }

  private static String end(Job job) {
    String number = "#" + job.number();
    if (job.status() instanceof Status.Ended ended) {
      Integer code = ended.ending().exitCode();
      return number + ", " + (code == null ? "lost" : "exit " + code);
    }
    return number;
  }
}
