package dev.bide.server;

import dev.bide.Bide;
import dev.bide.engine.Event;
import dev.bide.job.Job;
import dev.bide.log.LogFile;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * GET /jobs/{j}/log: the bytes of one attempt's log, whole or in part, now or once there are more.
 * A job's output is never shown as anything but text.
 */
final class JobLog {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");
  private static final int MOST_LINES = 1_000_000;

  /** Whichever attempt is the newest when the answer is given: one may not have started at all. */
  private static final int NEWEST = 0;

  private final Parts parts;

  JobLog(Parts parts) {
    this.parts = parts;
  }

  void register(RoutesConfig routes) {
    routes.get(Api.ROOT + "/jobs/{job}/log", this::log);
  }

  /**
   * Which part.
   *
   * @param from first byte; negative: so many from the end
   * @param to last byte
   */
  private record Range(long from, long to) {}

  private void log(Context context) {
    Query.only(context, List.of("attempt", "tail", "wait"));
    int wait = Query.number(context, "wait", 0, Query.LONGEST_WAIT, 0);
    int tail = Query.number(context, "tail", 0, MOST_LINES, -1);
    Range range = range(context.header("Range"));
    if (tail >= 0 && range != null) {
      throw Problem.invalid("tail", "cannot be asked for together with Range");
    }
    Job job = Selector.find(parts.bide(), context.pathParam("job"));
    int attempt = attempt(context, job);
    long known = range == null ? 0 : range.from();
    if (wait == 0 || tail >= 0 || known < 0 || finished(job, attempt)) {
      answer(context, job, attempt, tail, range);
      return;
    }
    waitForMore(
        context, job, attempt, known, wait, () -> answer(context, anew(job), attempt, tail, range));
  }

  /** The attempt that was asked for, or {@link #NEWEST}. */
  private static int attempt(Context context, Job job) {
    int attempt = Query.number(context, "attempt", 1, Integer.MAX_VALUE, NEWEST);
    if (attempt > job.attempt()) {
      throw new Problem(
          404,
          "no-such-attempt",
          "There is no such attempt",
          "job "
              + job.number()
              + switch (job.attempt()) {
                case 0 -> " has not started: it has had no attempt";
                case 1 -> " has had 1 attempt";
                default -> " has had " + job.attempt() + " attempts";
              });
    }
    return attempt;
  }

  private static boolean finished(Job job, int attempt) {
    return job.state().isFinal() || (attempt != NEWEST && attempt < job.attempt());
  }

  private Job anew(Job job) {
    return parts.bide().find(job.number());
  }

  /**
   * Waits for a byte beyond the known ones, another attempt, the end of the job, or the end of the
   * time.
   */
  private void waitForMore(
      Context context, Job job, int attempt, long known, int wait, Runnable answer) {
    CompletableFuture<Job> end = parts.bide().whenFinal(job.number());
    CompletableFuture<Boolean> news = new CompletableFuture<>();
    // a job that waits has no log yet: its first attempt is looked for where it will be
    LogGrowth.Watch watch =
        parts
            .growth()
            .watch(
                parts.bide().logFile(job, Math.max(1, attempt == NEWEST ? job.attempt() : attempt)),
                -1,
                LogGrowth.SOON,
                size -> {
                  if (size > known) {
                    news.complete(true);
                  }
                });
    Bide.Subscription changes =
        parts
            .bide()
            .listen(
                event -> {
                  if (event instanceof Event.StoreBack
                      || (event instanceof Event.JobChanged changed
                          && changed.job().number() == job.number()
                          && changed.job().attempt() > Math.max(1, job.attempt()))) {
                    news.complete(true);
                  }
                });
    if (anew(job).attempt() > Math.max(1, job.attempt())) {
      news.complete(true); // before anybody listened
    }
    var unused = end.whenComplete((done, gone) -> news.complete(true));
    Answers.later(
        context,
        parts,
        news.completeOnTimeout(false, wait, TimeUnit.SECONDS),
        done -> {
          watch.close();
          changes.close();
          parts.bide().forget(job.number(), end);
          answer.run();
        });
  }

  private void answer(Context context, Job job, int attempt, int tail, @Nullable Range range) {
    // a job that was waiting when asked may have started meanwhile
    int which = attempt == NEWEST ? job.attempt() : attempt;
    try (LogFile log = open(job, which)) {
      long size = log.size();
      context.header("Bide-State", job.state().name());
      context.header("Bide-Log-Attempt", Integer.toString(which));
      context.header("Bide-Log-Size", Long.toString(size));
      context.header("Bide-Log-Final", Boolean.toString(finished(job, which)));
      context.header("Accept-Ranges", "bytes");
      context.header("Cache-Control", "no-store");
      context.contentType("text/plain; charset=utf-8");
      context.header(
          "Content-Disposition",
          "attachment; filename=\"job-" + job.number() + "-" + Math.max(1, which) + ".log\"");
      long from = tail >= 0 ? log.startOfTail(tail) : 0;
      long to = size - 1;
      if (range != null) {
        from = range.from() < 0 ? Math.max(0, size + range.from()) : range.from();
        to = Math.min(range.to(), size - 1);
        if (from >= size || (range.to() < range.from() && range.from() >= 0)) {
          throw new Problem(
                  416,
                  "no-such-range",
                  "The log has no such bytes",
                  "the log is " + size + " bytes long")
              .with("Content-Range", "bytes */" + size);
        }
        context.status(206);
        context.header("Content-Range", "bytes " + from + "-" + to + "/" + size);
      }
      if (tail >= 0) {
        context.header("Bide-Log-Offset", Long.toString(from));
      }
      send(context, log, from, to - from + 1);
    } catch (AccessDeniedException e) {
      throw new Problem(
          409,
          "log-unreadable",
          "The log cannot be read",
          "somebody, perhaps the job, has taken away the right to read "
              + parts.bide().logFile(job, which)
              + " (chmod u+r gives it back)");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LogFile open(Job job, int attempt) throws IOException {
    return LogFile.open(parts.bide().logFile(job, attempt));
  }

  private static void send(Context context, LogFile log, long from, long length)
      throws IOException {
    context.res().setContentLengthLong(length);
    if (length > 0 && !context.method().name().equals("HEAD")) {
      log.copy(from, length, context.res().getOutputStream());
    }
  }

  /** One range as RFC 9110 has it; anything else asks for the whole, as the RFC allows. */
  private static @Nullable Range range(@Nullable String header) {
    if (header == null) {
      return null;
    }
    Matcher matcher = RANGE.matcher(header.replace(" ", ""));
    if (!matcher.matches()) {
      return null;
    }
    String from = matcher.group(1);
    String to = matcher.group(2);
    if (from.isEmpty()) {
      if (to.isEmpty()) {
        return null;
      }
      // the last 0 bytes are no bytes: what the RFC says of a range beyond the end
      long last = Long.parseLong(to);
      return new Range(last == 0 ? Long.MAX_VALUE : -last, Long.MAX_VALUE);
    }
    return new Range(Long.parseLong(from), to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to));
  }
}
