package dev.bide.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is done to a home without its server. */
public interface Maintenance {
  /** The server, which alone may open the database of its process. */
  interface Copier {
    /** Copies the database into an empty file that only its owner may read. */
    void copy(Path into) throws Trouble;
  }

  /** What a backup holds. */
  record Copied(long jobs, long bytes) {}

  /**
   * What a restored database holds.
   *
   * @param lost so many ran when the backup was made, and nothing is left of them here
   * @param running so many run here still
   * @param waiting so many start once there is a server
   */
  record Restored(long jobs, long lost, long running, long waiting) {}

  /**
   * Copies the database of a home into a file, which is there whole or not at all.
   *
   * @param server of the home, or null where none runs
   * @param force true: a file that is there may be replaced
   */
  Copied backup(Path home, Path file, boolean force, @Nullable Copier server) throws Trouble;

  /**
   * Makes a copy the database of a home that has none.
   *
   * @param paused true: every queue is paused, so that what waits does not start by itself
   */
  Restored restore(Path file, Path home, boolean paused) throws Trouble;
}
