package dev.bide;

import dev.bide.engine.Command;
import java.util.concurrent.CompletableFuture;

/** How a change is asked for: as by anybody else. */
interface Asking {
  /** Answers once the change is on disk; fails, rather than throws, when it is refused. */
  <T> CompletableFuture<T> ask(Command<T> command);
}
