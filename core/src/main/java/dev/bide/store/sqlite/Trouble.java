package dev.bide.store.sqlite;

import dev.bide.store.StoreDown;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite says, in words for people. */
final class Trouble {
  private static final int PRIMARY_CODE = 0xff;
  private static final int DAMAGED = 11;

  private Trouble() {}

  /** Has all classes for telling of it loaded: the disk that holds the program may be the one. */
  static void loadAhead(Path file) {
    SQLException none = new SQLiteException("", SQLiteErrorCode.SQLITE_IOERR);
    StoreDown unused = of(file, none);
    unused = ofCommit(file, none);
  }

  static StoreDown of(Path file, SQLException cause) {
    return new StoreDown(sentence(file, cause), false, cause);
  }

  /** What to do about a file that is damaged. */
  static final String GOOD_COPY =
      ": stop the server and put a good copy in its place, or move it away to begin anew";

  static StoreDown ofCommit(Path file, SQLException cause) {
    return new StoreDown(
        sentence(file, cause) + "; whether the last change was kept is not known", true, cause);
  }

  private static String sentence(Path file, SQLException cause) {
    // https://sqlite.org/rescode.html
    return switch (cause.getErrorCode() & PRIMARY_CODE) {
      case 5, 6 -> "another program keeps " + file + " locked";
      case 8 -> file + " cannot be written: the file or its file system is read-only";
      case 10 -> "the disk reports an error on " + file + " (" + words(cause) + ")";
      case DAMAGED -> file + " is damaged (" + words(cause) + ")" + GOOD_COPY;
      case 13 -> "the disk that holds " + file + " is full";
      case 14 -> file + " cannot be opened: it, or the directory it is in, is out of reach";
      case 26 -> file + " is no database of Bide, or its beginning is damaged" + GOOD_COPY;
      default -> file + " failed: " + words(cause);
    };
  }

  /** What is said of a damage that was met, or null when it is another trouble. */
  static @Nullable String damage(StoreDown trouble) {
    return trouble.getCause() instanceof SQLException cause
            && (cause.getErrorCode() & PRIMARY_CODE) == DAMAGED
        ? words(cause)
        : null;
  }

  private static String words(SQLException cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message.replace('\n', ' ').strip();
  }
}
