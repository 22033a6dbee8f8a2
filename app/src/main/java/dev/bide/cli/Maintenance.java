package dev.bide.cli;

import java.nio.file.Path;
import java.util.List;
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

  /** How a check of {@code doctor} went. */
  enum Status {
    OK,
    WARNING,
    PROBLEM
  }

  /** What a check found, and what to do next. */
  record Finding(String check, Status status, String message) {}

  /**
   * Looks at a home and its database, and changes nothing.
   *
   * @param integrity true: reads the whole database and compares each index with its table
   * @param served true: a server has the home
   */
  List<Finding> examine(Path home, boolean integrity, boolean served);

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
