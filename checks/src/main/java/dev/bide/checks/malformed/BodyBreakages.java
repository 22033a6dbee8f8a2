package dev.bide.checks.malformed;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What is wrong inside the body. */
final class BodyBreakages {
  /** None that would let the queue go on: that is never what a draft wants. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "0",
          "-1",
          "1.5",
          "1e400",
          "-1e-400",
          "1E+999999999",
          "9007199254740993",
          "9223372036854775808",
          "-9223372036854775809",
          "1" + "0".repeat(999),
          "9".repeat(1500),
          "0.1" + "3".repeat(990),
          "\"\"",
          "\" \"",
          "\"x\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "\"a\\nb\\u001b[31m\"",
          "\"\\u202e\\ufeff\"",
          "\"-1\"",
          "\"9223372036854775808\"",
          "\"true\"",
          "\"../../..\"",
          "\"/\\u0000\"",
          "\"" + "x".repeat(5000) + "\"",
          "\"" + "é".repeat(300) + "\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[\"true\",\"\\u0000\"]",
          "[\"true\",\"\\udfff\"]",
          "[1]",
          "[\"\"]",
          "{\"\":\"\"}",
          "{\"A=\":\"b\"}",
          "{\"A\":null}",
          "{\"\\u0000\":\"b\"}",
          "{\"\\ud800\":\"b\"}",
          "{\"A\":{\"B\":[]}}",
          "[" + "\"x\",".repeat(3000) + "\"x\"]",
          "[".repeat(60) + "]".repeat(60));

  private static final List<String> NO_JSON =
      List.of(
          "",
          " ",
          "\0",
          "{",
          "}",
          "[",
          "\"",
          "nul",
          "tru",
          "NaN",
          "-",
          "01",
          "+1",
          "1.",
          ".5",
          "'x'",
          "{'command':['true']}",
          "{command:[\"true\"]}",
          "{\"command\":[\"true\",]}",
          "{\"command\":[\"true\"],}",
          "// x\n{}",
          "/**/{}",
          "{} {}",
          "{}}",
          "[]",
          "null",
          "true",
          "0",
          "\"x\"",
          "<jobs/>",
          "command=true",
          "--\r\n",
          "\\u007b}",
          "{\"command\":[\"\\x\"]}",
          "{\"command\":[\"\\ud8\"]}",
          "{\"command\":[\"\t\"]}",
          "{\"command\":Infinity}",
          "{\"graceSeconds\":-}",
          "{\"killJobs\":True}",
          "{\"\\u00\":1}");

  private BodyBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    json(
        all,
        "wrong value in a field",
        (draft, text) -> {
          List<String> names = new ArrayList<>();
          ObjectNode target = target(draft);
          target.fieldNames().forEachRemaining(names::add);
          if (!names.isEmpty()) {
            String name = draft.one(names);
            draft.body(with(draft, target, name, draft.one(VALUES)));
          }
        });
    refusedJson(
        all,
        "missing field",
        (draft, text) ->
            draft.body(
                draft.operation.bodyNeeded() && !draft.operation.id().equals("changeQueue")
                    ? "{}"
                    : "{\"x\":1}"));
    refusedJson(
        all,
        "unknown field",
        (draft, text) ->
            draft.body(
                with(
                    draft,
                    target(draft),
                    draft.one(
                        List.of(
                            "nmae",
                            "",
                            "comand",
                            "\\u0000",
                            "\\ud800",
                            "__proto__",
                            "x".repeat(20_000),
                            "Command",
                            "killjobs")),
                    draft.one(VALUES))));
    refusedJson(
        all,
        "duplicate key",
        (draft, text) ->
            draft.body("{\"x\":1,\"x\":1" + (text.equals("{}") ? "" : ",") + text.substring(1)));
    refusedJson(
        all,
        "duplicate known key",
        (draft, text) -> {
          String name = draft.one(List.of("command", "slots", "signal", "file", "killJobs"));
          draft.body("{\"" + name + "\":null,\"" + name + "\":null}");
        });
    refusedJson(
        all,
        "too deep",
        (draft, text) -> {
          int depth = 1 + draft.one(List.of(64, 65, 1000, 10_000, 100_000));
          String open = draft.random.nextBoolean() ? "[" : "{\"x\":";
          draft.body(open.repeat(depth) + (draft.random.nextBoolean() ? "" : "]".repeat(depth)));
        });
    refusedJson(
        all,
        "too deep in a field",
        (draft, text) ->
            draft.body("{\"environment\":" + "{\"A\":".repeat(10_000) + "1" + "}".repeat(10_001)));
    refusedJson(
        all,
        "truncated",
        (draft, text) ->
            draft.body =
                Arrays.copyOf(
                    Objects.requireNonNull(draft.body),
                    draft.random.nextInt(text.length() - 1) + 1));
    refusedJson(
        all,
        "no JSON object",
        (draft, text) -> {
          String body = draft.one(NO_JSON);
          boolean fits = !body.isEmpty() || draft.operation.bodyNeeded();
          // where none is needed, an empty body is right; and an empty change is no JSON
          draft.body(fits ? body : " ");
        });
    refusedJson(all, "array of it", (draft, text) -> draft.body("[" + text + "]"));
    refusedJson(
        all,
        "rubbish behind it",
        (draft, text) -> draft.body(text + draft.one(List.of("x", "{}", "\0", ",", "]"))));
    refusedJson(
        all,
        "invalid UTF-8",
        (draft, text) ->
            draft.body =
                concat(
                    "{\"name\":\"a".getBytes(UTF_8),
                    draft.one(
                        List.of(
                            new byte[] {(byte) 0xff},
                            new byte[] {(byte) 0xc0, (byte) 0x80},
                            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                            new byte[] {(byte) 0xe2, (byte) 0x82},
                            new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
                            new byte[] {(byte) 0x80},
                            new byte[] {
                              (byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80
                            })),
                    "\",\"command\":[\"true\"],\"graceSeconds\":0}".getBytes(UTF_8)));
    json(all, "UTF-16", (draft, text) -> draft.body = text.getBytes(UTF_16));
    json(all, "byte order mark", (draft, text) -> draft.body("\ufeff" + text));
    json(
        all,
        "changed byte",
        (draft, text) -> {
          byte[] bytes = text.getBytes(UTF_8);
          bytes[draft.random.nextInt(bytes.length)] = (byte) draft.random.nextInt(256);
          draft.body = bytes;
        });
    json(
        all,
        "a list of many",
        (draft, text) ->
            draft.body(
                "{\"jobs\":[" + "{},".repeat(draft.one(List.of(1, 999, 1000, 5000))) + "{}]}"));
    all.add(
        new Breakage(
            "rubbish as text",
            draft -> draft.operation.text() && draft.body != null,
            draft -> {
              byte[] bytes = new byte[draft.random.nextInt(300)];
              draft.random.nextBytes(bytes);
              draft.body =
                  draft.random.nextBoolean()
                      ? bytes
                      : Draft.bytes(
                          draft.one(
                              List.of(
                                  "\n\n\n",
                                  "x",
                                  "a b c d e f\n",
                                  "\0\0",
                                  "00000000-0000-0000-0000-000000000000 / 1 PENDING",
                                  "x ".repeat(20_000),
                                  "\r\n",
                                  "\ufeff",
                                  "1 2 3 RUNNING\n".repeat(2000))));
            }));
    all.add(
        new Breakage(
            "a body nobody wants",
            draft -> draft.body == null || draft.body.length == 0,
            draft -> draft.body(draft.one(List.of("x", "{}", "[", "\0", "x".repeat(100_000))))));
    return all;
  }

  private static void json(List<Breakage> all, String name, BiConsumer<Draft, String> apply) {
    Consumer<Draft> broken =
        draft -> apply.accept(draft, new String(Objects.requireNonNull(draft.body), UTF_8));
    all.add(
        new Breakage(
            name,
            draft ->
                draft.json != null
                    && draft.ways.isEmpty()
                    && draft.body != null
                    && draft.body.length > 1,
            broken));
  }

  private static void refusedJson(
      List<Breakage> all, String name, BiConsumer<Draft, String> apply) {
    json(
        all,
        name,
        (draft, text) -> {
          apply.accept(draft, text);
          draft.refused();
        });
  }

  /** The object itself or one inside it. */
  private static ObjectNode target(Draft draft) {
    ObjectNode object = Objects.requireNonNull(draft.json);
    if (object.has("defaults") && draft.random.nextInt(3) == 0) {
      return (ObjectNode) object.get("defaults");
    } else if (object.has("jobs") && draft.random.nextBoolean()) {
      return (ObjectNode) object.get("jobs").get(0);
    }
    return object;
  }

  /** The whole text once a field of one object in it has another value, as it stands there. */
  private static String with(Draft draft, ObjectNode target, String name, String value) {
    target.put(name.startsWith("\\") ? "@name@" : name, "@value@");
    return Objects.requireNonNull(draft.json)
        .toString()
        .replace("@name@", name)
        .replace("\"@value@\"", value);
  }

  private static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
