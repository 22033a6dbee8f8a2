package dev.bide.store.sqlite;

import dev.bide.store.StoreDown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings the tables up to date: numbered files, one transaction each, each remembered with its
 * checksum.
 */
final class Migrations {
  private final List<String> scripts = new ArrayList<>();

  /** Reads 0001.sql and so on, up to the first that is missing. */
  Migrations() {
    while (true) {
      String name = String.format("migrations/%04d.sql", scripts.size() + 1);
      try (InputStream script = Migrations.class.getResourceAsStream(name)) {
        if (script == null) {
          return;
        }
        scripts.add(new String(script.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Applies what is missing; a file that is up to date is only read.
   *
   * @throws StoreDown when a newer version wrote the file, or something else than Bide did
   */
  void apply(Path file, Session session) {
    apply(file, session, scripts.size());
  }

  /** The newest version there is. */
  int newest() {
    return scripts.size();
  }

  /**
   * Changes nothing; answers the version of the tables.
   *
   * @throws StoreDown when a newer version wrote the file, or something else than Bide did
   */
  int check(Path file, Session session) {
    Map<Integer, String> applied = applied(file, session);
    if (applied.isEmpty()) {
      throw refusal(file + " is no database of Bide: it is empty");
    }
    refuseForeign(file, applied);
    return applied.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** The same up to a version. */
  void apply(Path file, Session session, int version) {
    Map<Integer, String> applied = applied(file, session);
    refuseForeign(file, applied);
    for (int number = 1; number <= version; number++) {
      if (!applied.containsKey(number)) {
        String script = scripts.get(number - 1);
        apply(session, number, script, checksum(script));
      }
    }
  }

  private static String checksum(String script) {
    return HexFormat.of().formatHex(Environments.digest(script.getBytes(StandardCharsets.UTF_8)));
  }

  private void refuseForeign(Path file, Map<Integer, String> applied) {
    int newest = applied.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    if (newest > scripts.size()) {
      throw refusal(
          file
              + " was written by a newer version of Bide (its tables have version "
              + newest
              + ", this one knows "
              + scripts.size()
              + "): start that version");
    }
    for (int number = 1; number <= scripts.size(); number++) {
      String known = applied.get(number);
      if (known != null && !known.equals(checksum(scripts.get(number - 1)))) {
        throw refusal(
            file + " was written by another version of Bide than this one: start that version");
      }
    }
  }

  private static void apply(Session session, int number, String script, String checksum) {
    session.beginWriting();
    boolean done = false;
    try {
      session.script(
          "create table if not exists migration"
              + " (number integer primary key, checksum text not null) strict");
      session.script(script);
      session.update("insert into migration (number, checksum) values (?, ?)", number, checksum);
      session.commit();
      done = true;
    } finally {
      if (!done) {
        session.rollback();
      }
    }
  }

  private static Map<Integer, String> applied(Path file, Session session) {
    Map<Integer, String> applied = new TreeMap<>();
    if (session.exists("select 1 from sqlite_schema where name = 'migration'")) {
      session.list(
          "select number, checksum from migration",
          row -> applied.put(row.getInt(1), row.getString(2)) == null);
    } else if (session.exists("select 1 from sqlite_schema")) {
      throw refusal(file + " is a database of another program");
    }
    return applied;
  }

  private static StoreDown refusal(String message) {
    return new StoreDown(message, false, null);
  }
}
