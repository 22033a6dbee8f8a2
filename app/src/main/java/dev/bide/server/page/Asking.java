package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.engine.Busy;
import dev.bide.engine.Refused;
import dev.bide.job.Job;
import dev.bide.queue.Situation.Wait;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How forms find the job they are about and wait for what they asked. */
final class Asking {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern UUID_START = Pattern.compile("[0-9a-fA-F][0-9a-fA-F-]{7,35}");

  private Asking() {}

  /**
   * The job that the path names by number, uuid or the first eight characters of one.
   *
   * @throws Refused when there is none, or was one
   */
  static Job job(Bide bide, Context context) {
    String said = context.pathParam("job");
    if (NUMBER.matcher(said).matches()) {
      return bide.find(Long.parseLong(said));
    }
    if (UUID_START.matcher(said).matches()) {
      if (said.length() == 36) {
        try {
          return bide.find(UUID.fromString(said));
        } catch (IllegalArgumentException e) {
          // said below
        }
      }
      List<Job> found = bide.findByPrefix(said.toLowerCase(java.util.Locale.ROOT));
      if (found.size() == 1) {
        return found.get(0);
      }
    }
    throw new Refused(Refused.Kind.NO_SUCH_JOB, "no job is called " + VisibleText.line(said));
  }

  /** Why it waits, or null when it does not. */
  static @Nullable Wait why(Bide bide, Job job) {
    return bide.why(List.of(job)).get(job.number());
  }

  /** The answer, which comes after the commit; what was thrown is thrown here. */
  static <T> T answer(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new Busy("the store has not answered for 30 seconds", PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Busy("the server is stopping", Duration.ofSeconds(5));
    }
  }

  /** Where a form leads when it is done: the list it stood in, or the job's own page. */
  static String back(Context context, Job job) {
    return "jobs".equals(context.queryParam("from")) ? "/jobs" : "/jobs/" + job.number();
  }
}
