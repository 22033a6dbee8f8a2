package dev.bide.engine.simulation;

import dev.bide.job.Job;
import dev.bide.queue.QueueSettings;
import java.util.List;

/** What outlives every server: the committed state. The newest store to open it is its writer. */
final class ModelDisk {
  /** Is shown every commit. */
  interface Witness {
    /**
     * The commit has reached the disk.
     *
     * @param jobs every version of a job that was written, also those that were written over
     */
    void committed(ModelState before, ModelState after, List<Job> jobs, List<QueueSettings> queues);
  }

  private volatile ModelState state = new ModelState();
  private volatile int openings;
  private Witness witness = (before, after, jobs, queues) -> {};

  void shownTo(Witness newWitness) {
    witness = newWitness;
  }

  ModelState state() {
    return state;
  }

  /** Another store takes over; answers what it is recognized by. */
  synchronized int opened() {
    return ++openings;
  }

  int openings() {
    return openings;
  }

  void commit(ModelState after, List<Job> jobs, List<QueueSettings> queues) {
    ModelState before = state;
    state = after;
    witness.committed(before, after, jobs, queues);
  }
}
