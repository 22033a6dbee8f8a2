package dev.bide.engine.simulation;

import java.util.List;

/** What outlives every server: the committed state. The newest store to open it is its writer. */
final class ModelDisk {
  /** Is shown every commit. */
  interface Witness {
    /**
     * The commit has reached the disk.
     *
     * @param writes what led from the one to the other, also what was written over
     */
    void committed(ModelState before, ModelState after, List<Write> writes);
  }

  private volatile ModelState state = new ModelState();
  private volatile int openings;
  private Witness witness = (before, after, writes) -> {};

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

  void commit(ModelState after, List<Write> writes) {
    ModelState before = state;
    state = after;
    witness.committed(before, after, writes);
  }
}
