package dev.bide.cli;

import org.jspecify.annotations.Nullable;

/** A verb cannot do what it was asked to, said in one line for the person who typed it. */
public class Trouble extends Exception {
  private static final long serialVersionUID = 1L;

  /** The verb decides: 1, or 125 where the exit code is otherwise that of a job. */
  public static final int VERB_DECIDES = -1;

  /** Exit code of a wrong command line. */
  public static final int USAGE = 2;

  private final int code;

  /** Something that was refused or failed; the exit code is the one the verb has for that. */
  public Trouble(String message) {
    this(VERB_DECIDES, message, null);
  }

  /** With a cause that {@code --debug} shows. */
  public Trouble(String message, @Nullable Throwable cause) {
    this(VERB_DECIDES, message, cause);
  }

  /** With an exit code of its own. */
  public Trouble(int code, String message) {
    this(code, message, null);
  }

  private Trouble(int code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** A command line that cannot be understood: exit code 2. */
  public static Trouble usage(String message) {
    return new Trouble(USAGE, message);
  }

  /** The exit code, or {@link #VERB_DECIDES}. */
  public int code() {
    return code;
  }

  /** Never null: each is made with one. */
  public String line() {
    String message = getMessage();
    return message == null ? getClass().getSimpleName() : message;
  }
}
