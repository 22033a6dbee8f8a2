package dev.bide.server;

import org.jspecify.annotations.Nullable;

/** The server cannot start. The message is one line: what, which, what to do next. */
public final class ServerTrouble extends Exception {
  private static final long serialVersionUID = 1L;

  public ServerTrouble(String message) {
    super(message);
  }

  public ServerTrouble(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
