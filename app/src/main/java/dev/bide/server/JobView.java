package dev.bide.server;

import dev.bide.Bide;
import dev.bide.api.JobJson;
import dev.bide.api.JobJson.AttemptJson;
import dev.bide.job.Attempt;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.Status;
import dev.bide.notice.NoticeRules;
import dev.bide.queue.Situation.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts jobs into the words of the API. Safe from any thread. */
public final class JobView {
  private final Bide bide;

  public JobView(Bide bide) {
    this.bide = bide;
  }

  /** One job as it stands in a list. */
  public JobJson of(Job job) {
    return of(List.of(job)).get(0);
  }

  /** Jobs as they stand in a list; why each waits is looked up once for all. */
  public List<JobJson> of(Collection<Job> jobs) {
    Map<Long, Wait> waits = bide.why(jobs);
    return jobs.stream().map(job -> convert(job, waits.get(job.number()), null)).toList();
  }

  /** One job with its attempts. */
  public JobJson withAttempts(Job job) {
    List<AttemptJson> attempts =
        bide.attempts(job.number()).stream().map(attempt -> convert(job, attempt)).toList();
    return convert(job, bide.why(List.of(job)).get(job.number()), attempts);
  }

  private JobJson convert(Job job, @Nullable Wait wait, @Nullable List<AttemptJson> attempts) {
    String phase = null;
    Reason reason = null;
    String message = null;
    Instant startedAt = null;
    Instant endedAt = null;
    ProcessIdentity process = null;
    Integer exitCode = null;
    Integer signal = null;
    long logSize = 0;
    if (job.status() instanceof Status.Running running) {
      phase = running.phase().name().toLowerCase(Locale.ROOT);
      message = running.message();
      startedAt = running.startedAt();
      process = running.process();
      logSize = size(bide.logFile(job, job.attempt()));
    } else if (job.status() instanceof Status.Ended ended) {
      Ending ending = ended.ending();
      reason = ending.reason();
      message = ending.message();
      startedAt = ended.startedAt();
      endedAt = ending.at();
      process = ended.process();
      exitCode = ending.exitCode();
      signal = ending.signal();
      logSize = ending.logSize();
    } else if (job.status() instanceof Status.Pending pending) {
      // one that is about to start, or has since it was read, is not explained any more
      Reason without = pending.backoff() == null ? Reason.SLOTS : pending.backoff();
      reason = wait == null ? without : wait.reason();
      message = pending.message();
    }
    return new JobJson(
        job.number(),
        job.uuid().toString(),
        job.name(),
        job.program() instanceof Program.Argv argv ? argv.words() : null,
        job.program() instanceof Program.ShellLine shell ? shell.line() : null,
        job.program().commandLine(),
        job.directory(),
        job.queue(),
        job.state().name(),
        phase,
        reason == null ? null : reason.name(),
        message,
        wait == null ? null : (Integer) wait.position(),
        job.submittedAt(),
        job.terms().beginAt(),
        job.terms().schedule(),
        job.terms().plannedFor(),
        NoticeRules.shown(job.terms().notices()),
        startedAt,
        endedAt,
        exitCode,
        signal,
        job.attempt(),
        process == null ? null : (Long) process.pid(),
        logSize,
        job.pinned(),
        attempts);
  }

  private AttemptJson convert(Job job, Attempt attempt) {
    int number = attempt.id().attempt();
    Ending ending = attempt.ending();
    ProcessIdentity process = attempt.process();
    return new AttemptJson(
        number,
        ending == null ? null : ending.outcome().name(),
        ending == null || ending.reason() == null ? null : ending.reason().name(),
        ending == null ? attempt.message() : ending.message(),
        attempt.startedAt(),
        ending == null ? null : ending.at(),
        attempt.lastSeenAt(),
        ending == null ? null : ending.exitCode(),
        ending == null ? null : ending.signal(),
        process == null ? null : (Long) process.pid(),
        ending == null ? size(bide.logFile(job, number)) : ending.logSize(),
        attempt.logCut(),
        bide.directory(job, number).toString());
  }

  /** Bytes of a regular file; 0 for everything else. */
  static long size(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? attributes.size() : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
