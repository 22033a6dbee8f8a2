package dev.bide.store.sqlite;

import java.util.Iterator;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The environment that was stored or found last: most submits bring the one of the submit before,
 * and comparing costs a tenth of encoding and digesting it again. One thread at a time.
 */
final class LastEnvironment {
  private @Nullable Map<String, String> environment;
  private long id;

  void remember(Map<String, String> newEnvironment, long newId) {
    environment = newEnvironment;
    id = newId;
  }

  /** After a rollback or a removal: its row may be gone. */
  void forget() {
    environment = null;
  }

  /** The id of its row when this is the same, else null. Both are sorted by name. */
  @Nullable Long find(Map<String, String> other) {
    if (environment == null || environment.size() != other.size()) {
      return null;
    }
    Iterator<Entry<String, String>> these = environment.entrySet().iterator();
    for (Entry<String, String> entry : other.entrySet()) {
      if (!entry.equals(these.next())) {
        return null;
      }
    }
    return id;
  }
}
