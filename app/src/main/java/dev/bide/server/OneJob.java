package dev.bide.server;

import dev.bide.job.Job;
import dev.bide.job.JobSignal;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One job: show it, wait for its end, cancel, retry, pin or delete it. */
final class OneJob {
  private static final String PATH = Api.ROOT + "/jobs/{job}";
  private static final long LONGEST_GRACE = 86_400;

  private final Parts parts;

  OneJob(Parts parts) {
    this.parts = parts;
  }

  void register(RoutesConfig routes) {
    routes.get(PATH, this::show);
    routes.delete(PATH, this::delete);
    routes.post(PATH + "/cancel", this::cancel);
    routes.post(PATH + "/signal", this::signal);
    routes.post(PATH + "/retry", this::retry);
    routes.post(PATH + "/pin", context -> pin(context, true));
    routes.post(PATH + "/unpin", context -> pin(context, false));
  }

  private Job job(Context context) {
    return Selector.find(parts.bide(), context.pathParam("job"));
  }

  private void show(Context context) {
    Query.only(context, List.of("wait"));
    int wait = Query.number(context, "wait", 0, Query.LONGEST_WAIT, 0);
    Job job = job(context);
    if (wait == 0 || job.state().isFinal()) {
      answer(context, job);
      return;
    }
    CompletableFuture<Job> end = parts.bide().whenFinal(job.number());
    CompletableFuture<@Nullable Job> orTime =
        end.<@Nullable Job>thenApply(done -> done).completeOnTimeout(null, wait, TimeUnit.SECONDS);
    Answers.later(
        context,
        parts,
        orTime,
        done -> {
          parts.bide().forget(job.number(), end);
          answer(context, done == null ? parts.bide().find(job.number()) : done);
        });
  }

  private void cancel(Context context) {
    Query.only(context, List.of());
    Duration grace = grace(parts.body().optionalObject(context));
    change(context, parts.bide().cancel(job(context).number(), grace));
  }

  private static @Nullable Duration grace(Map<?, ?> request) {
    RequestBody.only(request, List.of("graceSeconds"));
    Object seconds = request.get("graceSeconds");
    if (seconds == null) {
      return null;
    }
    if (seconds instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= LONGEST_GRACE) {
      return Duration.ofMillis(Math.round(number.doubleValue() * 1000));
    }
    throw Problem.invalid("graceSeconds", "is no number of seconds from 0 to " + LONGEST_GRACE);
  }

  private void signal(Context context) {
    Query.only(context, List.of());
    Map<?, ?> request = parts.body().optionalObject(context);
    RequestBody.only(request, List.of("signal", "to"));
    JobSignal signal =
        JobSignal.named(String.valueOf(request.get("signal")))
            .orElseThrow(
                () ->
                    Problem.invalid("signal", "is none of " + Arrays.toString(JobSignal.values())));
    Object to = request.containsKey("to") ? request.get("to") : "main";
    if (!"main".equals(to) && !"all".equals(to)) {
      throw Problem.invalid("to", "is neither main nor all");
    }
    change(context, parts.bide().signal(job(context).number(), signal, "all".equals(to)));
  }

  private void retry(Context context) {
    Query.only(context, List.of());
    change(context, parts.bide().retry(job(context).number()));
  }

  private void pin(Context context, boolean pinned) {
    Query.only(context, List.of());
    change(context, parts.bide().pin(job(context).number(), pinned));
  }

  private void change(Context context, CompletableFuture<Job> asked) {
    Answers.later(context, parts, asked, changed -> answer(context, changed));
  }

  private void delete(Context context) {
    Query.only(context, List.of());
    Answers.later(
        context, parts, parts.bide().remove(job(context).number()), removed -> context.status(204));
  }

  private void answer(Context context, Job job) {
    Answers.json(context, 200, parts.view().withAttempts(job).toMap());
  }
}
