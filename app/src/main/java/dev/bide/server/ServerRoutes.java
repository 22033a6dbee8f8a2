package dev.bide.server;

import dev.bide.Bide;
import dev.bide.api.JobJson;
import dev.bide.engine.Event.QueueState;
import dev.bide.store.StoreDown;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The server itself: how it is, what it can do, and its end. */
final class ServerRoutes {
  /** So many of the jobs that ended meanwhile are named. */
  private static final int MOST_ENDED = 100;

  private final Parts parts;
  private final Server server;

  ServerRoutes(Parts parts, Server server) {
    this.parts = parts;
    this.server = server;
  }

  void register(RoutesConfig routes) {
    routes.get(Api.ROOT + "/server", this::show);
    routes.post(Api.ROOT + "/server/stop", this::stop);
    routes.post(Api.ROOT + "/server/drain", this::drain);
    routes.post(Api.ROOT + "/server/backup", this::backup);
    routes.get(Api.ROOT + "/openapi.yaml", ServerRoutes::openApi);
    routes.get("/healthz", ServerRoutes::healthy, Access.Open.OPEN);
  }

  private void show(Context context) {
    Query.only(context, List.of());
    int running = 0;
    int pending = 0;
    for (QueueState queue : parts.bide().queues()) {
      running += queue.running();
      pending += queue.pending();
    }
    Bide.Health health = parts.bide().health();
    Map<String, @Nullable Object> jobs = new LinkedHashMap<>();
    jobs.put("running", running);
    jobs.put("pending", pending);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("version", parts.settings().version());
    answer.put("pid", ProcessHandle.current().pid());
    answer.put("startedAt", JobJson.time(server.startedAt()));
    answer.put("home", parts.files().home().toString());
    answer.put("url", server.url());
    answer.put("jobs", jobs);
    answer.put("down", health.down());
    answer.put("lowDisk", health.lowDisk());
    answer.put("draining", health.draining());
    answer.put("clock", health.clock());
    answer.put("retention", retention());
    answer.put("recovered", recovered());
    Answers.json(context, 200, answer);
  }

  /** Null while it cannot be read: what is wrong with the store is told all the same. */
  private @Nullable Map<String, @Nullable Object> retention() {
    try {
      return RetentionView.brief(parts.bide().retention());
    } catch (StoreDown e) {
      return null;
    }
  }

  private Map<String, @Nullable Object> recovered() {
    var found = parts.bide().recovered();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("running", found.running());
    map.put("waiting", found.waiting());
    map.put(
        "ended",
        parts.view().of(found.ended().stream().limit(MOST_ENDED).toList()).stream()
            .map(JobJson::toMap)
            .toList());
    return map;
  }

  private void stop(Context context) {
    Query.only(context, List.of());
    Map<?, ?> request = parts.body().optionalObject(context);
    RequestBody.only(request, List.of("killJobs"));
    Object asked = request.containsKey("killJobs") ? request.get("killJobs") : false;
    if (!(asked instanceof Boolean killJobs)) {
      throw Problem.invalid("killJobs", "is neither true nor false");
    }
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("stopping", true);
    answer.put("killJobs", killJobs);
    Answers.json(context, 202, answer);
    Request.addCompletionListener(
        ServletContextRequest.getServletContextRequest(context.req()),
        failure -> server.stopSoon(killJobs));
  }

  private void drain(Context context) {
    Query.only(context, List.of());
    Answers.later(
        context,
        parts,
        parts.bide().drain(),
        running -> {
          Map<String, @Nullable Object> answer = new LinkedHashMap<>();
          answer.put("draining", true);
          answer.put("running", running.size());
          Answers.json(context, 200, answer);
        });
  }

  private void backup(Context context) {
    Query.only(context, List.of());
    Map<?, ?> request = parts.body().optionalObject(context);
    RequestBody.only(request, List.of("file"));
    if (!request.containsKey("file")) {
      throw Problem.invalid("file", "is missing: the absolute path of an empty file of yours");
    }
    Path file = emptyPrivateFile(request.get("file"));
    parts.bide().copyDatabase(file);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("file", file.toString());
    Answers.json(context, 200, answer);
  }

  /** Whoever may ask may run programs too; this only keeps slips from doing harm. */
  private static Path emptyPrivateFile(@Nullable Object value) {
    try {
      if (value instanceof String text && text.startsWith("/")) {
        Path file = Path.of(text);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && Files.size(file) == 0
            && Files.getPosixFilePermissions(file).stream()
                .allMatch(permission -> permission.name().startsWith("OWNER_"))) {
          return file;
        }
      }
    } catch (IOException | InvalidPathException e) {
      // said below
    }
    throw Problem.invalid(
        "file", "is not the absolute path of an empty file that only you may read");
  }

  private static void openApi(Context context) throws IOException {
    Query.only(context, List.of());
    try (InputStream in = ServerRoutes.class.getResourceAsStream("openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("openapi.yaml is not in the jar");
      }
      context.contentType("application/yaml");
      context.result(in.readAllBytes());
    }
  }

  private static void healthy(Context context) {
    context.contentType("text/plain");
    context.result("ok\n");
  }
}
