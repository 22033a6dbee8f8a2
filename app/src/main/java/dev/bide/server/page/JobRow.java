package dev.bide.server.page;

import dev.bide.job.Job;
import dev.bide.job.Status;
import dev.bide.queue.Situation.Wait;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job in the table.
 *
 * @param note why it waits, or the last line it wrote before it failed; null when there is nothing
 *     to say
 * @param noteIsLog true when the note is the job's own words
 * @param running since when it runs, for a duration that counts on; else null
 */
public record JobRow(
    long number,
    @Nullable String name,
    String commandLine,
    StateLook look,
    @Nullable String note,
    boolean noteIsLog,
    String queue,
    Instant submittedAt,
    @Nullable Instant running,
    String duration,
    String result,
    boolean waiting,
    boolean isFinal,
    boolean pinned) {
  private static final String NEVER = "–";

  /** True when no process of it ever ran. */
  public boolean never() {
    return duration.equals(NEVER);
  }

  /** A row for this job as it stands at this instant. */
  static JobRow of(Job job, @Nullable Wait wait, Instant now) {
    String name = job.name();
    String note = null;
    boolean noteIsLog = false;
    if (wait != null) {
      note = Wording.waits(wait, job);
    } else if (job.status() instanceof Status.Running running) {
      note = running.message();
    } else if (job.status() instanceof Status.Ended ended) {
      noteIsLog = ended.ending().message() != null;
      note = noteIsLog ? ended.ending().message() : Wording.ended(ended.ending().reason());
    }
    return new JobRow(
        job.number(),
        name == null ? null : VisibleText.line(name),
        VisibleText.line(job.program().commandLine()),
        StateLook.of(job, now),
        note == null ? null : VisibleText.line(note),
        noteIsLog,
        job.queue(),
        job.submittedAt(),
        job.status() instanceof Status.Running running ? running.startedAt() : null,
        duration(job, now),
        Wording.result(job),
        job.status() instanceof Status.Pending,
        job.state().isFinal(),
        job.pinned());
  }

  /** How long it runs or ran; a dash for what never did. */
  static String duration(Job job, Instant now) {
    if (job.status() instanceof Status.Running running && running.startedAt() != null) {
      return Wording.duration(Duration.between(running.startedAt(), now));
    }
    if (job.status() instanceof Status.Ended ended && ended.startedAt() != null) {
      return Wording.took(Duration.between(ended.startedAt(), ended.ending().at()));
    }
    return NEVER;
  }
}
