package dev.bide.store.sqlite;

import dev.bide.store.StoreDown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteOpenMode;

/**
 * One connection to the file, with its statements kept open. One thread at a time. Every failure is
 * a {@link StoreDown} that names the file.
 */
final class Session implements AutoCloseable {
  /** What a row becomes. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Long enough for a check point of another connection, short enough to be told of. */
  private static final int BUSY_MILLIS = 5_000;

  private final Path file;
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  private Session(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /** The connection that writes. The file must be there, be it empty. */
  static Session writer(Path file) {
    Session session =
        open(
            file,
            // So that it can become smaller again. Only a file without tables can be made so, and
            // any other would be written to before it is known whose it is.
            isEmpty(file) ? "pragma auto_vacuum = incremental" : "pragma auto_vacuum",
            // Large enough for the inner pages of the uuid index of some hundred thousand jobs,
            // whose leaves are hit at random.
            "pragma cache_size = -16384",
            "pragma journal_size_limit = 67108864",
            "pragma synchronous = full");
    try {
      // To its last row: the change is written only after the first, and may fail then.
      List<String> mode = session.list("pragma journal_mode = wal", row -> row.getString(1));
      if (!mode.equals(List.of("wal"))) {
        throw new StoreDown(
            file + " is on a file system without shared memory, which its journal needs",
            false,
            null);
      }
    } catch (StoreDown e) {
      session.close();
      throw e;
    }
    session.manualTransactions();
    return session;
  }

  private static boolean isEmpty(Path file) {
    try {
      return Files.size(file) == 0;
    } catch (IOException e) {
      return false; // opening it says why
    }
  }

  /** A connection that only reads. */
  static Session reader(Path file) {
    Session session = open(file, "pragma cache_size = -4096", "pragma query_only = on");
    session.manualTransactions();
    return session;
  }

  /** A connection for {@link #copyInto}, which {@code query_only} would forbid. */
  static Session copier(Path file) {
    return open(file, "pragma cache_size = -4096");
  }

  /**
   * A connection that changes nothing, not even the files beside: for a file of which this process
   * has no store.
   */
  static Session onlyLooking(Path file) {
    // Without a journal nothing is to be read but the file: then not even a lock is taken.
    boolean journal = Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
    return opened(file, journal ? "?mode=ro" : "?mode=ro&immutable=1", "pragma cache_size = -4096");
  }

  /** The same where another process may begin to write at any time. */
  static Session lookingAmongOthers(Path file) {
    return opened(file, "?mode=ro", "pragma cache_size = -4096");
  }

  private static Session open(Path file, String... pragmas) {
    return opened(file, "", pragmas);
  }

  private static Session opened(Path file, String query, String... pragmas) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setGetGeneratedKeys(false); // else each update asks for the last row's number as well
    // Never created here: a file made by SQLite would be as wide as the umask allows.
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    // As a URI, since the driver takes what follows a question mark in a plain path for settings.
    config.setOpenMode(SQLiteOpenMode.OPEN_URI);
    String path = file.toAbsolutePath().toString();
    String uri = "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23");
    Connection connection;
    try {
      connection = config.createConnection("jdbc:sqlite:" + uri + query);
    } catch (SQLException e) {
      throw Trouble.of(file, e);
    }
    Session session = new Session(file, connection);
    try (Statement statement = connection.createStatement()) {
      // Sorting in memory, not in files of /tmp that anybody may fill.
      statement.execute("pragma temp_store = memory");
      statement.execute("pragma trusted_schema = off");
      for (String pragma : pragmas) {
        statement.execute(pragma);
      }
      return session;
    } catch (SQLException e) {
      session.close();
      throw Trouble.of(file, e);
    }
  }

  /**
   * Takes transactions out of the driver's hands: left to itself it tries a BEGIN around every
   * statement, and begins the next transaction as soon as one is committed.
   */
  private void manualTransactions() {
    try {
      connection.setAutoCommit(false);
      statement("rollback").execute();
    } catch (SQLException e) {
      close();
      throw Trouble.of(file, e);
    }
  }

  void beginWriting() {
    update("begin immediate");
  }

  /** The snapshot itself is taken by the first statement that reads. */
  void beginReading() {
    update("begin");
  }

  void commit() {
    try {
      statement("commit").execute();
    } catch (SQLException e) {
      throw Trouble.ofCommit(file, e);
    }
  }

  /** Never fails: SQLite itself rolls back on most errors, and then there is nothing to do. */
  void rollback() {
    try {
      statement("rollback").execute();
    } catch (SQLException e) {
      // A transaction that is still open would make the next "begin" fail, and so be found.
      return;
    }
  }

  /** Runs a statement and answers how many rows it changed. */
  int update(String sql, @Nullable Object... values) {
    try {
      return bound(sql, values).executeUpdate();
    } catch (SQLException e) {
      throw Trouble.of(file, e);
    }
  }

  /** Runs several statements at once. */
  void script(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw Trouble.of(file, e);
    }
  }

  <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... values) {
    List<T> rows = new ArrayList<>();
    try (ResultSet row = bound(sql, values).executeQuery()) {
      while (row.next()) {
        rows.add(reader.read(row));
      }
      return rows;
    } catch (SQLException e) {
      throw Trouble.of(file, e);
    }
  }

  <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... values) {
    try (ResultSet row = bound(sql, values).executeQuery()) {
      return row.next() ? Optional.of(reader.read(row)) : Optional.empty();
    } catch (SQLException e) {
      throw Trouble.of(file, e);
    }
  }

  boolean exists(String sql, @Nullable Object... values) {
    return first(sql, row -> true, values).isPresent();
  }

  /**
   * Brings all that is committed into the file itself and empties the journal.
   *
   * @throws StoreDown when that is not possible, also because something still reads
   */
  void checkpoint() {
    int busy =
        first("pragma wal_checkpoint(truncate)", row -> row.getInt(1))
            .orElseThrow(() -> new StoreDown(file + " did not answer", false, null));
    if (busy != 0) {
      throw new StoreDown("another program keeps " + file + " locked", false, null);
    }
  }

  /** Copies all that is committed now into an empty file. Not within a transaction. */
  void copyInto(Path target) {
    if (first("pragma auto_vacuum", row -> row.getInt(1)).orElse(0) == 0) {
      script("pragma auto_vacuum = incremental"); // of the copy: this file stays as it is
    }
    update("vacuum into ?", target.toAbsolutePath().toString());
  }

  /** Makes what another thread has running on it fail soon. It must not be closed yet. */
  void interrupt() {
    try {
      connection.unwrap(SQLiteConnection.class).getDatabase().interrupt();
    } catch (SQLException e) {
      throw Trouble.of(file, e);
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = statement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  private PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  /** Never fails: what was committed is safe, and nothing else can be saved by knowing. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      return;
    }
  }
}
