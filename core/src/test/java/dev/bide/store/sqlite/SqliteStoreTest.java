package dev.bide.store.sqlite;

import dev.bide.store.Store;
import dev.bide.store.StoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The suite of every store, on SQLite. */
@SuppressWarnings("NullAway.Init")
class SqliteStoreTest extends StoreContract {
  @TempDir Path home;

  @Override
  protected Store open() {
    return SqliteStore.open(home.resolve("bide.db"));
  }
}
