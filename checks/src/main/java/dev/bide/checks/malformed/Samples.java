package dev.bide.checks.malformed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Right values for what the document describes, and the jobs there are. Thread-safe. */
final class Samples {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For what the schema alone cannot know. The queue stays paused, so that nothing starts. */
  private static final Map<String, String> KNOWN =
      Map.of(
          "command", "[\"true\"]",
          "shell", "\":\"",
          "directory", "\"/\"",
          "environment", "{\"A\":\"b\"}",
          "umask", "\"0022\"",
          "paused", "true",
          "slots", "2");

  private static final Map<String, String> PARAMETERS =
      Map.of(
          "state", "PENDING,CANCELLED",
          "queue", "default",
          "limit", "3",
          "wait", "0",
          "attempt", "1",
          "tail", "10",
          "dir", "/",
          "format", "job_queue.txt",
          "topics", "jobs",
          "after", "");

  private final ConcurrentLinkedQueue<Long> jobs = new ConcurrentLinkedQueue<>();
  private final long first;
  private final String emptyFile;

  /**
   * @param first a job that stays
   * @param emptyFile which a backup may go into
   */
  Samples(long first, String emptyFile) {
    this.first = first;
    this.emptyFile = emptyFile;
  }

  /** Takes note of a job that was made. */
  void made(long number) {
    jobs.add(number);
  }

  /** One that was made, to be removed; 0 when there is none. */
  long takeJob() {
    Long number = jobs.poll();
    return number == null ? 0 : number;
  }

  /** The number of a job: mostly one that is there. */
  String job(Random random) {
    Long made = random.nextInt(3) == 0 ? jobs.peek() : null;
    return Long.toString(made == null ? first : made);
  }

  String parameter(String name) {
    return PARAMETERS.getOrDefault(name, "1");
  }

  /** A {@code job_queue.txt} of one line. */
  String oldFile(Random random) {
    String uuid = new UUID(random.nextLong(), random.nextLong()).toString();
    return uuid + " script.py 1 PENDING\n";
  }

  /** An object that a schema describes. */
  ObjectNode object(JsonNode schema, Random random) {
    ObjectNode object = JSON.createObjectNode();
    schema
        .get("properties")
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              boolean needed =
                  name.equals("command")
                      || schema.path("required").toString().contains('"' + name + '"');
              if (needed || random.nextInt(3) == 0) {
                object.set(name, value(name, field.getValue(), random));
              }
            });
    if (object.has("command")) {
      object.remove("shell");
    }
    if (object.has("defaults")) {
      ((ObjectNode) object.get("defaults")).remove(java.util.List.of("command", "shell"));
    }
    return object;
  }

  private JsonNode value(String name, JsonNode schema, Random random) {
    try {
      if (KNOWN.containsKey(name)) {
        return JSON.readTree(KNOWN.get(name));
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    String type = schema.path("type").toString();
    if (name.equals("file")) {
      return JSON.getNodeFactory().textNode(emptyFile);
    } else if (schema.has("enum")) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
    } else if (schema.has("default")) {
      return schema.get("default");
    } else if (type.contains("array")) {
      ArrayNode array = JSON.createArrayNode();
      for (int i = random.nextInt(2); i >= 0; i--) {
        array.add(value("", schema.get("items"), random));
      }
      return array;
    } else if (type.contains("object")) {
      return object(schema, random);
    } else if (type.contains("number") || type.contains("integer")) {
      return JSON.getNodeFactory().numberNode(schema.path("minimum").asInt(1) + 1);
    } else if (type.contains("boolean")) {
      return JSON.getNodeFactory().booleanNode(random.nextBoolean());
    }
    return JSON.getNodeFactory().textNode("x");
  }
}
