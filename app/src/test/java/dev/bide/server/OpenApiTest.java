package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The document says what the server does, no more and no less. */
class OpenApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> METHODS = Set.of("get", "post", "patch", "delete", "put");

  private RunningServer server;
  private Schemas schemas;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
    schemas = new Schemas();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void everyRouteIsDocumentedAndEveryDocumentedRouteIsThere() {
    Set<String> documented = new TreeSet<>();
    schemas
        .document()
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (METHODS.contains(method)) {
                            String root = path.getValue().has("servers") ? "" : Api.ROOT;
                            documented.add(
                                method.toUpperCase(Locale.ROOT) + " " + root + path.getKey());
                          }
                        }));
    Set<String> registered = new TreeSet<>();
    Objects.requireNonNull(server.server().web().javalin())
        .unsafe
        .internalRouter
        .allHttpHandlers()
        .forEach(
            route -> {
              String path = route.endpoint.path;
              if (HandlerType.commonHttp().contains(route.endpoint.method)
                  && !route.endpoint.method.equals(HandlerType.HEAD) // as GET
                  && (path.startsWith("/api/")
                      || path.equals("/healthz")
                      || path.equals("/metrics"))) {
                registered.add(route.endpoint.method.name() + " " + path);
              }
            });
    assertThat(documented).isEqualTo(registered);
  }

  @Test
  void theServerServesTheDocument() throws Exception {
    HttpResponse<String> answer = server.get("openapi.yaml");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("openapi: 3.1.0");
  }

  @Test
  void realAnswersAreAsTheDocumentSays() throws Exception {
    long failed = server.add("sh", "-c", "echo oh; exit 3");
    server.end(failed);
    long running = server.add("sleep", "600");
    Awaitility.await()
        .until(
            () ->
                RunningServer.fields(server.send(get("jobs/" + running))).longOrNull("pid")
                    != null);
    List<String> checked = new ArrayList<>();

    checked.add(check("post", "/jobs", post("jobs", Map.of("shell", "exit 0")), 201));
    checked.add(
        check(
            "post",
            "/jobs",
            post("jobs", Map.of("jobs", List.of(Map.of("command", List.of("true"))))),
            201));
    checked.add(check("post", "/jobs", post("jobs", "[]"), 400));
    checked.add(check("post", "/jobs", post("jobs", Map.of("comand", List.of())), 422));
    checked.add(check("get", "/jobs", get("jobs"), 200));
    checked.add(check("get", "/jobs", get("jobs?limit=0"), 422));
    checked.add(check("get", "/jobs/{job}", get("jobs/" + failed), 200));
    checked.add(check("get", "/jobs/{job}", get("jobs/" + running), 200));
    checked.add(check("get", "/jobs/{job}", get("jobs/4711"), 404));
    checked.add(check("get", "/jobs/{job}/log", get("jobs/" + failed + "/log"), 200));
    checked.add(
        check(
            "get",
            "/jobs/{job}/log",
            get("jobs/" + failed + "/log").header("Range", "bytes=1-"),
            206));
    checked.add(
        check(
            "get",
            "/jobs/{job}/log",
            get("jobs/" + failed + "/log").header("Range", "bytes=999-"),
            416));
    checked.add(check("post", "/jobs/{job}/cancel", post("jobs/" + failed + "/cancel", null), 200));
    String signal = "/jobs/{job}/signal";
    Map<String, String> winch = Map.of("signal", "WINCH"); // which ends nobody
    checked.add(check("post", signal, post("jobs/" + running + "/signal", winch), 200));
    checked.add(check("post", signal, post("jobs/" + failed + "/signal", winch), 409));
    checked.add(
        check("post", signal, post("jobs/" + running + "/signal", Map.of("signal", "X")), 422));
    checked.add(check("post", "/jobs/{job}/retry", post("jobs/" + running + "/retry", null), 409));
    checked.add(check("delete", "/jobs/{job}", delete("jobs/" + running), 409));
    checked.add(
        check(
            "post",
            "/jobs/{job}/cancel",
            post("jobs/" + running + "/cancel", Map.of("graceSeconds", 1)),
            200));
    server.end(running);
    checked.add(check("post", "/jobs/{job}/retry", post("jobs/" + failed + "/retry", null), 200));
    server.end(failed);
    checked.add(check("delete", "/jobs/{job}", delete("jobs/" + running), 204));
    checked.add(check("get", "/jobs/{job}", get("jobs/" + running), 410));
    checked.add(check("get", "/queues", get("queues"), 200));
    checked.add(check("get", "/queues/{name}", get("queues/default"), 200));
    checked.add(check("get", "/queues/{name}", get("queues/defualt"), 404));
    checked.add(
        check(
            "patch",
            "/queues/{name}",
            server.json("PATCH", "queues/default", Map.of("slots", 2)),
            200));
    checked.add(
        check(
            "patch",
            "/queues/{name}",
            server.json("PATCH", "queues/default", Map.of("slots", 0)),
            422));
    checked.add(
        check(
            "post",
            "/jobs",
            post("jobs", Map.of("shell", "true", "notify", List.of("empty=command:true"))),
            422));
    long told = server.addTelling("command:exit 3");
    server.end(told);
    checked.add(check("get", "/notices", get("notices?job=" + told), 200));
    checked.add(check("get", "/notices", get("notices?state=OPEN"), 422));
    checked.add(check("get", "/notices", get("notices?job=4711"), 404));
    String notice = server.notices("?job=" + told).get(0).needed("id");
    String again = "/notices/{id}/retry";
    checked.add(check("post", again, post("notices/" + notice + "/retry", null), 200));
    checked.add(check("post", again, post("notices/" + UUID.randomUUID() + "/retry", null), 404));
    checked.add(
        check(
            "post", "/notices/test", post("notices/test", Map.of("rule", "command:exit 3")), 200));
    checked.add(
        check("post", "/notices/test", post("notices/test", Map.of("rule", "nowhere")), 422));
    checked.add(
        check(
            "post",
            "/import",
            server
                .request("import?dir=/")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("what is this\n")),
            200));
    checked.add(check("get", "/export", get("export"), 200));
    checked.add(check("post", "/login-codes", post("login-codes", null), 201));
    checked.add(check("get", "/server", get("server"), 200));
    checked.add(check("post", "/jobs/{job}/pin", post("jobs/" + failed + "/pin", null), 200));
    checked.add(check("post", "/jobs/{job}/unpin", post("jobs/" + failed + "/unpin", null), 200));
    checked.add(check("get", "/retention", get("retention"), 200));
    String older = "retention/older?before=2026-01-01T00:00:00Z&state=failed&queue=default";
    checked.add(check("get", "/retention/older", get(older), 200));
    checked.add(check("delete", "/retention/older", delete(older), 200));
    checked.add(check("get", "/retention/older", get("retention/older?before=x"), 422));
    checked.add(check("get", "/stats", get("stats"), 200));
    checked.add(check("get", "/stats", get("stats?since=monday"), 422));
    checked.add(
        check("post", "/server/backup", post("server/backup", Map.of("file", "/etc/passwd")), 422));
    checked.add(
        check(
            "post",
            "/server/backup",
            post("server/backup", Map.of("file", emptyFile().toString())),
            200));
    checked.add(check("post", "/server/drain", post("server/drain", null), 200));
    checked.add(check("post", "/server/drain", post("server/drain?x=1", null), 422));
    checked.add(check("post", "/server/stop", post("server/stop", Map.of("x", 1)), 422));
    checked.add(check("post", "/server/stop", post("server/stop", null), 202));
    assertThat(checked).hasSizeGreaterThan(25);
  }

  @Test
  void realAnswersAboutSchedulesAreAsTheDocumentSays() throws Exception {
    Map<String, Object> job = Map.of("command", List.of("true"));
    Map<String, Object> nightly =
        Map.of("name", "nightly", "cron", "30 2 * * *", "zone", "Europe/Berlin", "job", job);
    String all = "/schedules";
    String one = "/schedules/{name}";
    check("post", all, post("schedules", nightly), 201);
    check("post", all, post("schedules", nightly), 409);
    check("post", all, post("schedules", "[]"), 400);
    check("post", all, post("schedules", Map.of("name", "a/b")), 422);
    check(
        "post",
        all,
        post("schedules", Map.of("name", "often", "everySeconds", 1.5, "job", job)),
        201);
    check(
        "post",
        all,
        post("schedules", Map.of("name", "at", "at", List.of("2999-01-01T00:00:00Z"), "job", job)),
        201);
    check("get", all, get("schedules"), 200);
    check("get", one, get("schedules/often"), 200);
    check("get", one, get("schedules/nope"), 404);
    check("patch", one, server.json("PATCH", "schedules/nightly", Map.of("overlap", "queue")), 200);
    check("patch", one, server.json("PATCH", "schedules/nightly", Map.of("cron", "x")), 422);
    check("patch", one, server.json("PATCH", "schedules/nope", Map.of()), 404);
    check("post", one + "/pause", post("schedules/nightly/pause", null), 200);
    check("post", one + "/pause", post("schedules/nope/pause", null), 404);
    check("post", one + "/resume", post("schedules/nightly/resume", null), 200);
    check("post", one + "/run", post("schedules/nightly/run", null), 201);
    check("post", one + "/run", post("schedules/nightly/run?x=1", null), 422);
    check(
        "post",
        one + "/backfill",
        post(
            "schedules/nightly/backfill",
            Map.of("from", "2026-11-01T00:00:00Z", "to", "2026-11-03T00:00:00Z")),
        200);
    check("post", one + "/backfill", post("schedules/nightly/backfill", Map.of()), 422);
    check("get", one + "/runs", get("schedules/nightly/runs"), 200);
    check("get", one + "/runs", get("schedules/nightly/runs?limit=0"), 422);
    check("get", one + "/next", get("schedules/nightly/next?n=400"), 200);
    check("get", one + "/next", get("schedules/nightly/next?from=now"), 422);
    check("post", "/schedule-preview", post("schedule-preview", nightly), 200);
    check("post", "/schedule-preview", post("schedule-preview", Map.of()), 422);
    check("delete", one, delete("schedules/nightly"), 204);
    check("delete", one, delete("schedules/nightly"), 404);
  }

  private Path emptyFile() throws IOException {
    return Files.createFile(
        server.directory().resolve("copy.db"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private HttpRequest.Builder get(String path) {
    return server.request(path);
  }

  private HttpRequest.Builder delete(String path) {
    return server.request(path).DELETE();
  }

  private HttpRequest.Builder post(String path, @org.jspecify.annotations.Nullable Object body) {
    return server.json("POST", path, body);
  }

  private String check(String method, String path, HttpRequest.Builder request, int status)
      throws Exception {
    HttpResponse<String> answer = server.send(request);
    String what = method + " " + path + " " + answer.statusCode() + " " + answer.body();
    assertThat(answer.statusCode()).as(what).isEqualTo(status);
    JsonNode documented =
        schemas
            .document()
            .get("paths")
            .get(path)
            .get(method)
            .get("responses")
            .get(Integer.toString(status));
    assertThat(documented).as(what + " is documented").isNotNull();
    JsonNode content = schemas.resolve(documented).get("content");
    String type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
    if (content == null) {
      assertThat(answer.body()).as(what).isEmpty();
      return what;
    }
    assertThat(content.has(type)).as(what + " may be " + type).isTrue();
    if (type.endsWith("json")) {
      assertThat(schemas.check(content.get(type).get("schema"), JSON.readTree(answer.body()), "$"))
          .as(what)
          .isEmpty();
    }
    return what;
  }
}
