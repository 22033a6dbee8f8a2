package dev.bide.server;

import dev.bide.engine.Command.Imported;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.SpecCheck;
import dev.bide.job.State;
import dev.bide.queue.QueueSettings;
import dev.bide.server.OldLine.Malformed;
import dev.bide.store.JobFilter;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The queue file of the program this one descends from: take over its jobs, write them again. */
final class OldFile {
  private static final int AT_ONCE = 1_000;
  private static final String FORMAT = "job_queue.txt";

  private final Parts parts;

  OldFile(Parts parts) {
    this.parts = parts;
  }

  void register(RoutesConfig routes) {
    routes.post(Api.ROOT + "/import", this::takeOver);
    routes.get(Api.ROOT + "/export", this::export);
  }

  /** A line of the file that can be taken over. */
  private record Numbered(int number, OldLine line) {}

  /** What came of one file. */
  private static final class Result {
    int imported;
    final List<Map<String, @Nullable Object>> skipped = new ArrayList<>();

    void skip(int line, String why) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      map.put("line", line);
      map.put("why", why);
      skipped.add(map);
    }
  }

  private void takeOver(Context context) {
    Query.only(context, List.of("dir"));
    RequestBody.requireType(context, "text/plain");
    String directory = Query.text(context, "dir").orElse(parts.settings().startDirectory());
    String text = parts.body().read(context, RequestBody.MOST_FOR_LIST, bytes -> decode(bytes));
    Result result = new Result();
    List<Numbered> lines = lines(text, result);
    CompletableFuture<Result> done = CompletableFuture.completedFuture(result);
    // in turn, not at once: what waits to be written must not fill the memory
    for (int i = 0; i < lines.size(); i += AT_ONCE) {
      List<Numbered> some = lines.subList(i, Math.min(lines.size(), i + AT_ONCE));
      done = done.thenComposeAsync(so -> takeOver(some, directory, so), parts.threads());
    }
    Answers.later(
        context,
        parts,
        done,
        all -> {
          all.skipped.sort(java.util.Comparator.comparingInt(OldFile::lineOf));
          Map<String, @Nullable Object> answer = new LinkedHashMap<>();
          answer.put("imported", all.imported);
          answer.put("skipped", all.skipped);
          Answers.json(context, 200, answer);
        });
  }

  private static int lineOf(Map<String, @Nullable Object> skipped) {
    return skipped.get("line") instanceof Integer line ? line : 0;
  }

  private static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.malformed("the file is not UTF-8");
    }
  }

  private static List<Numbered> lines(String text, Result result) {
    List<Numbered> lines = new ArrayList<>();
    Set<UUID> seen = new HashSet<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        OldLine read =
            OldLine.parse(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        if (seen.add(read.uuid())) {
          lines.add(new Numbered(number, read));
        } else {
          result.skip(number, "its uuid stands in an earlier line");
        }
      } catch (Malformed e) {
        result.skip(number, String.valueOf(e.getMessage()));
      }
    }
    return lines;
  }

  private CompletableFuture<Result> takeOver(List<Numbered> some, String directory, Result result) {
    Instant now = Instant.now();
    Map<String, String> environment = parts.environment().with(null, true);
    List<Numbered> taken = new ArrayList<>();
    List<Imported> jobs = new ArrayList<>();
    for (Numbered line : some) {
      JobSpec spec =
          new JobSpec(
              new Program.Argv(line.line().command()),
              directory,
              null,
              QueueSettings.DEFAULT_NAME,
              environment,
              JobRequests.DEFAULT_UMASK);
      List<SpecCheck.Fault> faults = SpecCheck.check(spec);
      if (faults.isEmpty()) {
        taken.add(line);
        jobs.add(new Imported(spec, line.line().uuid(), ending(line.line().state(), now)));
      } else if (faults.get(0).field().equals("directory")) {
        throw Problem.invalid("dir", faults.get(0).message());
      } else {
        result.skip(line.number(), faults.get(0).field() + " " + faults.get(0).message());
      }
    }
    return parts
        .bide()
        .takeOver(jobs)
        .thenApply(
            fresh -> {
              for (int i = 0; i < taken.size(); i++) {
                if (fresh.get(i)) {
                  result.imported++;
                } else {
                  result.skip(taken.get(i).number(), "a job with this uuid is known");
                }
              }
              return result;
            });
  }

  /** One that was running there is not running here, and nobody knows what became of it. */
  private static @Nullable Ending ending(State state, Instant now) {
    return switch (state) {
      case COMPLETED -> Ending.withoutProcess(Outcome.COMPLETED, Reason.IMPORTED, null, now);
      case RUNNING -> Ending.withoutProcess(Outcome.LOST, Reason.IMPORTED, null, now);
      default -> null;
    };
  }

  private void export(Context context) {
    Query.only(context, List.of("format"));
    String format = Query.text(context, "format").orElse(FORMAT);
    if (!format.equals(FORMAT)) {
      throw Problem.invalid("format", "is not known: there is " + FORMAT);
    }
    StringBuilder text = new StringBuilder();
    AtomicInteger others = new AtomicInteger();
    parts.bide().forEach(JobFilter.ALL, job -> append(job, text, others));
    context.header("Bide-Skipped", others.toString());
    context.header("Content-Disposition", "attachment; filename=\"job_queue.txt\"");
    context.contentType("text/plain; charset=utf-8");
    context.result(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void append(Job job, StringBuilder text, AtomicInteger others) {
    Optional<OldLine> line = OldLine.of(job);
    if (line.isPresent()) {
      text.append(line.get().text()).append('\n');
    } else {
      others.incrementAndGet();
    }
  }
}
