package dev.bide.engine.simulation;

import dev.bide.store.Store;
import dev.bide.store.StoreContract;

/** The suite of every store, on the model: what the simulation rests on behaves as a store does. */
class ModelStoreTest extends StoreContract {
  private final ModelDisk disk = new ModelDisk();

  @Override
  protected Store open() {
    return new ModelStore(disk, new StoreFaults());
  }
}
