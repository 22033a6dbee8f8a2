package dev.bide.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The part of JSON Schema that openapi.yaml uses, checked against real answers. */
final class Schemas {
  private final JsonNode document;

  Schemas() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Server.class.getResourceAsStream("openapi.yaml"))) {
      document = new ObjectMapper(new YAMLFactory()).readTree(in);
    }
  }

  JsonNode document() {
    return document;
  }

  /** The node a reference stands for; keys beside the reference are laid over it. */
  JsonNode resolve(JsonNode node) {
    JsonNode reference = node.get("$ref");
    return reference == null ? node : resolve(document.at(reference.asText().substring(1)));
  }

  /** What is wrong with a value; empty when nothing is. */
  List<String> check(JsonNode schema, @Nullable JsonNode value, String where) {
    List<String> wrong = new ArrayList<>();
    check(schema, value, where, wrong);
    return wrong;
  }

  private void check(JsonNode schema, @Nullable JsonNode value, String where, List<String> wrong) {
    if (value == null) {
      wrong.add(where + " is missing");
      return;
    }
    if (schema.has("$ref")) {
      check(resolve(schema), value, where, wrong);
    }
    if (schema.has("oneOf")) {
      List<String> last = new ArrayList<>();
      for (JsonNode one : schema.get("oneOf")) {
        last = check(one, value, where);
        if (last.isEmpty()) {
          break;
        }
      }
      wrong.addAll(last);
    }
    if (schema.has("type") && !typeFits(schema.get("type"), value)) {
      wrong.add(where + " is no " + schema.get("type") + ": " + value);
      return;
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      wrong.add(where + " is not among " + schema.get("enum") + ": " + value);
    }
    if (value.isTextual()
        && schema.has("pattern")
        && !value.asText().matches("(?s).*" + schema.get("pattern").asText() + ".*")) {
      wrong.add(where + " does not fit " + schema.get("pattern") + ": " + value);
    }
    if (value.isNumber()
        && ((schema.has("minimum") && value.asDouble() < schema.get("minimum").asDouble())
            || (schema.has("maximum") && value.asDouble() > schema.get("maximum").asDouble()))) {
      wrong.add(where + " is out of bounds: " + value);
    }
    if (value.isArray() && schema.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(schema.get("items"), value.get(i), where + "[" + i + "]", wrong);
      }
    }
    if (value.isObject()) {
      checkFields(schema, value, where, wrong);
    }
  }

  private void checkFields(JsonNode schema, JsonNode value, String where, List<String> wrong) {
    if (schema.has("required")) {
      for (JsonNode name : schema.get("required")) {
        if (!value.has(name.asText())) {
          wrong.add(where + "." + name.asText() + " is missing");
        }
      }
    }
    if (!schema.has("properties")) {
      return;
    }
    value
        .properties()
        .forEach(
            field -> {
              JsonNode known = schema.get("properties").get(field.getKey());
              if (known != null) {
                check(known, field.getValue(), where + "." + field.getKey(), wrong);
              } else if (schema.has("additionalProperties")
                  && !schema.get("additionalProperties").asBoolean(true)) {
                wrong.add(where + "." + field.getKey() + " is not documented");
              }
            });
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode one : values) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean typeFits(JsonNode types, JsonNode value) {
    if (types.isArray()) {
      for (JsonNode type : types) {
        if (typeFits(type, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (types.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new IllegalStateException("no such type: " + types);
    };
  }
}
