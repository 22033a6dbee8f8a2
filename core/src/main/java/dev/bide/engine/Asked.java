package dev.bide.engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way, and whom to answer. Owned by one thread at a time: the asker's, then the
 * engine's, then the one that answers.
 */
final class Asked<T> {
  private final Command<T> command;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private @Nullable T answer;
  private @Nullable RuntimeException refusal;

  Asked(Command<T> command) {
    this.command = command;
  }

  Command<T> command() {
    return command;
  }

  CompletableFuture<T> future() {
    return future;
  }

  /** What it will be answered, once the transaction is on disk. */
  void decide(T value) {
    answer = value;
  }

  /** Changes what it will be answered, unless it is refused. */
  void redecide(UnaryOperator<T> change) {
    T decided = answer;
    if (decided != null) {
      answer = change.apply(decided);
    }
  }

  /** It is refused, whatever becomes of the transaction. */
  void refuse(RuntimeException why) {
    refusal = why;
  }

  /** Answers as decided. Runs whatever the asker has attached. */
  void answer() {
    if (refusal != null) {
      future.completeExceptionally(refusal);
    } else if (answer != null) {
      future.complete(answer);
    } else {
      future.completeExceptionally(new IllegalStateException("nothing was decided for " + command));
    }
  }

  /** Answers that it did not come to pass. */
  void fail(RuntimeException why) {
    future.completeExceptionally(refusal != null ? refusal : why);
  }
}
