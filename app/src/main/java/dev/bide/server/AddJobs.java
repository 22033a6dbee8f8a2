package dev.bide.server;

import dev.bide.api.Json;
import dev.bide.engine.Command;
import dev.bide.engine.Submitted;
import dev.bide.job.JobSpec;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** POST /jobs: one job, or a list of them. */
final class AddJobs {
  private static final int LONGEST_KEY = 255;

  private final Parts parts;

  AddJobs(Parts parts) {
    this.parts = parts;
  }

  void register(RoutesConfig routes) {
    routes.post(Api.ROOT + "/jobs", this::add);
  }

  private void add(Context context) {
    Query.only(context, List.of());
    RequestBody.requireType(context, "application/json");
    parts
        .body()
        .read(
            context,
            RequestBody.MOST_FOR_LIST,
            bytes -> {
              Map<?, ?> request = RequestBody.object(context, bytes);
              boolean list = request.containsKey("jobs");
              if (!list && bytes.length > RequestBody.MOST_FOR_ONE) {
                throw RequestBody.tooLarge(RequestBody.MOST_FOR_ONE);
              }
              List<JobSpec> specs =
                  list ? parts.requests().list(request) : List.of(parts.requests().one(request));
              CompletableFuture<Submitted> submitted =
                  Answers.queueIn("queue", parts.bide().submit(specs, key(context, request)));
              Answers.later(context, parts, submitted, done -> answer(context, done, list));
              return true;
            });
  }

  private void answer(Context context, Submitted submitted, boolean list) {
    int status = submitted.again() ? 200 : 201;
    if (list) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      List<Object> jobs = new ArrayList<>();
      parts.view().of(submitted.jobs()).forEach(job -> jobs.add(job.toMap()));
      answer.put("jobs", jobs);
      Answers.json(context, status, answer);
      return;
    }
    if (submitted.jobs().isEmpty()) {
      throw new Problem(
          410, "removed", "The job was removed", "the job that this key stands for was removed");
    }
    var job = submitted.jobs().get(0);
    context.header("Location", Api.ROOT + "/jobs/" + job.number());
    Answers.json(context, status, parts.view().withAttempts(job).toMap());
  }

  private static Command.@Nullable Key key(Context context, Map<?, ?> request) {
    String said = context.header("Idempotency-Key");
    if (said == null) {
      return null;
    }
    if (said.isEmpty() || said.length() > LONGEST_KEY) {
      throw Problem.invalid("Idempotency-Key", "has to be 1 to " + LONGEST_KEY + " characters");
    }
    return new Command.Key(said, digest(request));
  }

  /** Two bodies that mean the same have the same digest, however their fields are arranged. */
  private static String digest(Map<?, ?> request) {
    try {
      byte[] canonical = Json.write(sorted(request)).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static @Nullable Object sorted(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> all = new TreeMap<>();
      map.forEach((name, one) -> all.put(String.valueOf(name), sorted(one)));
      return all;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> all = new ArrayList<>(list.size());
      list.forEach(one -> all.add(sorted(one)));
      return all;
    }
    return value;
  }
}
