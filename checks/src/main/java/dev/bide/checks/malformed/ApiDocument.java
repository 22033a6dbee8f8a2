package dev.bide.checks.malformed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The operations that the server says it has. */
final class ApiDocument {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "patch", "delete", "head", "options");

  private ApiDocument() {}

  /**
   * One operation.
   *
   * @param id its operationId
   * @param path with its root, and braces for parameters
   * @param query names of its parameters
   * @param body the schemas a JSON body may have; empty without one
   * @param text whether it takes a body that is text
   * @param bodyNeeded whether it cannot do without
   * @param open whether it needs no token
   */
  record Operation(
      String id,
      String method,
      String path,
      List<String> query,
      List<JsonNode> body,
      boolean text,
      boolean bodyNeeded,
      boolean open) {
    boolean hasJson() {
      return !body.isEmpty();
    }
  }

  /** All operations of the document. */
  static List<Operation> read(byte[] yaml) {
    try {
      JsonNode document = new ObjectMapper(new YAMLFactory()).readTree(yaml);
      List<Operation> all = new ArrayList<>();
      document
          .get("paths")
          .properties()
          .forEach(
              path ->
                  path.getValue().properties().stream()
                      .filter(method -> METHODS.contains(method.getKey()))
                      .forEach(
                          method ->
                              all.add(
                                  operation(
                                      document,
                                      path.getKey(),
                                      path.getValue(),
                                      method.getKey(),
                                      method.getValue()))));
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Operation operation(
      JsonNode document, String path, JsonNode item, String method, JsonNode operation) {
    List<String> query = new ArrayList<>();
    for (JsonNode one : operation.path("parameters")) {
      JsonNode parameter = resolve(document, one);
      if (parameter.get("in").asText().equals("query")) {
        query.add(parameter.get("name").asText());
      }
    }
    JsonNode content = operation.at("/requestBody/content");
    List<JsonNode> body = new ArrayList<>();
    JsonNode schema = content.path("application/json").path("schema");
    if (schema.has("oneOf")) {
      schema.get("oneOf").forEach(one -> body.add(whole(document, one)));
    } else if (!schema.isMissingNode()) {
      body.add(whole(document, schema));
    }
    String root = item.at("/servers/0/url").asText("/api/v1");
    return new Operation(
        operation.get("operationId").asText(),
        method.toUpperCase(java.util.Locale.ROOT),
        (root.equals("/") ? "" : root) + path,
        List.copyOf(query),
        List.copyOf(body),
        content.has("text/plain"),
        operation.at("/requestBody/required").asBoolean(false),
        operation.has("security") && operation.get("security").isEmpty());
  }

  /** The schema, and those of its fields, without references. */
  private static JsonNode whole(JsonNode document, JsonNode schema) {
    JsonNode resolved = resolve(document, schema);
    if (resolved.isObject()) {
      com.fasterxml.jackson.databind.node.ObjectNode copy =
          ((com.fasterxml.jackson.databind.node.ObjectNode) resolved).deepCopy();
      copy.fieldNames()
          .forEachRemaining(name -> copy.set(name, whole(document, resolved.get(name))));
      return copy;
    }
    return resolved;
  }

  private static JsonNode resolve(JsonNode document, JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }
}
