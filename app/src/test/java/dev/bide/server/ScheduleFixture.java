package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What tests about schedules have in common. */
final class ScheduleFixture {
  private static final Map<String, Object> JOB = Map.of("command", List.of("true"));

  private ScheduleFixture() {}

  /** A request with more fields, each followed by its value. */
  static Map<String, Object> schedule(String name, Object... fields) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("name", name);
    request.put("job", JOB);
    for (int i = 0; i < fields.length; i += 2) {
      request.put((String) fields[i], fields[i + 1]);
    }
    return request;
  }

  static Fields added(RunningServer server, Map<String, Object> request) throws Exception {
    HttpResponse<String> answer = server.post("schedules", request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return fields(answer);
  }

  static List<?> array(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return (List<?>) Objects.requireNonNull(Json.read(answer.body().getBytes(UTF_8)));
  }
}
