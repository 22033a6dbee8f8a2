package dev.bide.server;

import dev.bide.api.Json;
import dev.bide.engine.Refused;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How routes answer. */
public final class Answers {
  private static final String JSON = "application/json";

  private Answers() {}

  /** Answers with a value as {@link Json#write} takes it. */
  public static void json(Context context, int status, @Nullable Object value) {
    context.status(status);
    context.contentType(JSON);
    context.header("Cache-Control", "no-store");
    context.result(Json.write(value).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Answers once the future is complete, without a thread that waits for it. What is thrown becomes
   * a problem.
   */
  public static <T> void later(
      Context context, Parts parts, CompletableFuture<T> future, Consumer<T> answer) {
    context.future(
        () ->
            future.handleAsync(
                (value, thrown) -> {
                  try {
                    if (thrown != null) {
                      parts.problems().answer(context, thrown);
                    } else {
                      answer.accept(value);
                    }
                  } catch (RuntimeException e) {
                    parts.problems().answer(context, e);
                  }
                  return null;
                },
                parts.threads()));
  }

  /**
   * A queue that went away between the check and the change is a wrong field of the request, not
   * something that is not there.
   */
  static <T> CompletableFuture<T> queueIn(String field, CompletableFuture<T> future) {
    return future.exceptionally(
        thrown -> {
          Throwable cause =
              thrown instanceof CompletionException && thrown.getCause() != null
                  ? thrown.getCause()
                  : thrown;
          if (cause instanceof Refused refused && refused.kind() == Refused.Kind.NO_SUCH_QUEUE) {
            throw Problem.invalid(field, String.valueOf(refused.getMessage()));
          }
          throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
        });
  }
}
