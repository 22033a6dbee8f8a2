package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An attempt whose end was not told yet, and how far it is known to be. Who changes it holds its
 * lock: news of it come from many sides.
 */
final class OpenAttempt {
  /** How far it is. */
  enum Stage {
    /** Its directory is being made. */
    PREPARING,
    /** A launcher was told, or somebody before this server told one. */
    SENT,
    /** Its process is known. */
    STARTED,
    /** Its end was told. */
    DONE
  }

  private final AttemptId id;
  private final RunDirectory directory;
  Stage stage;

  /** True while a living launcher of this server waits for it, and will say how it ended. */
  boolean attended;

  /** True once it was told that nobody waits for it. */
  boolean abandoned;

  /** Its process as its launcher said it: its record may be gone before anybody reads it. */
  volatile ProcessRecord.@Nullable Runs announced;

  /** Its process, once known. */
  ProcessRecord.@Nullable Runs record;

  /** It cannot have started before: file times are coarser than clocks. */
  Instant notBefore;

  /**
   * Finds out, under its lock, what is to be known before anything of it is decided; not null where
   * that could not be read when it was found again.
   */
  @Nullable Runnable unread;

  /** When its processes were last looked for and found. */
  @Nullable Instant lastSeen;

  /** Not null once it was told to end. */
  @Nullable Duration grace;

  /** True once everything of it that was told to end has ended, or does not. */
  boolean hunted;

  /** Those of its processes that do not end, though they were made to. */
  List<ProcessIdentity> survivors = List.of();

  /** How it ended, while others of its processes are being ended. */
  RunDirectory.@Nullable RecordedExit exit;

  /** How many looks found its command gone and no exit recorded, with its launcher still there. */
  int overdue;

  /** How often its start was sent again because a launcher died before it. */
  int sentAgain;

  OpenAttempt(AttemptId id, RunDirectory directory, Stage stage, Instant notBefore) {
    this.id = id;
    this.directory = directory;
    this.stage = stage;
    this.notBefore = notBefore;
  }

  AttemptId id() {
    return id;
  }

  RunDirectory directory() {
    return directory;
  }

  boolean done() {
    return stage == Stage.DONE;
  }
}
