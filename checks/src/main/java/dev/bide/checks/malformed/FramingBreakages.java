package dev.bide.checks.malformed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** What is wrong about where a request begins and ends. Each has a connection to itself. */
final class FramingBreakages {
  private static final List<String> LENGTHS =
      List.of(
          "-1",
          "x",
          "",
          "+1",
          "0x1",
          "1.0",
          "99999999999999999999",
          "9223372036854775808",
          "1, 2",
          "1\r\nContent-Length: 2",
          "0\r\nContent-Length: 5",
          "1 1",
          "\u00ff",
          "1;",
          "\0");

  private static final List<String> CHUNKS =
      List.of(
          "x\r\n",
          "-1\r\n",
          "\r\n",
          "0",
          "0\r\n",
          "1\r\n",
          "1\r\nxx\r\n0\r\n\r\n",
          "fffffffff\r\nx",
          "ffffffffffffffffffff\r\nx",
          "1 \r\nx\r\n0\r\n\r\n",
          "1;a=\u00ff\r\nx\r\n0\r\n\r\n",
          "1;" + "e".repeat(20_000) + "\r\nx\r\n0\r\n\r\n",
          "0x1\r\nx\r\n0\r\n\r\n",
          "1\nx\n0\n\n",
          "1\r\nx\r\n0\r\nX: y\r\n\r\n",
          "1\r\nx\r\n0\r\nno colon\r\n\r\n",
          "1\r\nx0\r\n\r\n",
          "\0\0\0\0",
          "1\r\nx\r\n0\r\nX: " + "y".repeat(70_000) + "\r\n\r\n",
          "1\r\nx\r\n".repeat(5000) + "0\r\n\r\n",
          "00000000000000000001\r\nx\r\n0\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n");

  private static final List<String> CODINGS =
      List.of(
          "identity",
          "gzip",
          "gzip, chunked",
          "chunked, gzip",
          "chunked, chunked",
          "x",
          "",
          "\u00ff",
          "chunked\r\nTransfer-Encoding: identity",
          " chunked",
          "chunked;q=1",
          "CHUNKED",
          "\u000bchunked");

  private static final String GET = "GET /api/v1/server HTTP/1.1\r\nHost: localhost\r\n";

  private FramingBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    body(
        all,
        "wrong Content-Length",
        draft -> {
          draft.framed = false;
          draft.headers.add("Content-Length: " + draft.one(LENGTHS));
        });
    body(
        all,
        "Content-Length too small",
        draft -> {
          draft.framed = false;
          int length = Objects.requireNonNull(draft.body).length;
          draft.headers.add("Content-Length: " + draft.random.nextInt(length + 1));
        });
    body(
        all,
        "Content-Length too large",
        draft -> {
          draft.framed = false;
          int length = Objects.requireNonNull(draft.body).length;
          draft.headers.add("Content-Length: " + (length + 1 + draft.random.nextInt(5_000)));
          draft.mayStayUnanswered = true;
        });
    body(all, "no Content-Length", draft -> draft.framed = false);
    body(
        all,
        "Content-Length twice",
        draft -> {
          int length = Objects.requireNonNull(draft.body).length;
          draft.headers.add("Content-Length: " + (length + draft.random.nextInt(2)));
          // the answer can be lost when the connection is closed while more is under way
          draft.mayStayUnanswered = length > 8_000;
        });
    body(
        all,
        "chunks",
        draft -> {
          byte[] body = Objects.requireNonNull(draft.body);
          int first = body.length == 0 ? 0 : draft.random.nextInt(body.length);
          String text = new String(body, ISO_8859_1);
          chunked(
              draft,
              (first == 0 ? "" : chunk(text.substring(0, first)))
                  + (first == text.length() ? "" : chunk(text.substring(first)))
                  + "0\r\n\r\n");
          draft.mayStayUnanswered = false;
        });
    body(all, "wrong chunks", draft -> chunked(draft, draft.one(CHUNKS)));
    body(
        all,
        "wrong chunks after a right one",
        draft ->
            chunked(
                draft,
                chunk(new String(Objects.requireNonNull(draft.body), ISO_8859_1))
                    + draft.one(CHUNKS)));
    body(
        all,
        "chunks and Content-Length",
        draft -> {
          chunked(draft, "0\r\n\r\n");
          draft.headers.add("Content-Length: " + draft.random.nextInt(9));
        });
    body(
        all,
        "wrong coding",
        draft -> {
          draft.headers.add("Transfer-Encoding: " + draft.one(CODINGS));
          draft.framed = draft.random.nextBoolean();
          draft.mayStayUnanswered = true;
        });
    alone(
        all,
        "half a request",
        draft -> {
          draft.cut = draft.random.nextInt(draft.assembled().length);
          draft.mayStayUnanswered = true;
        });
    alone(
        all,
        "several at once",
        draft ->
            raw(
                draft,
                (GET + draft.authorization + "\r\n\r\n").repeat(draft.one(List.of(1, 10, 100)))));
    alone(
        all,
        "rubbish behind it",
        draft ->
            raw(
                draft,
                draft.one(
                    List.of(
                        "\0",
                        "\r\n\r\n\r\n",
                        "x",
                        "GET",
                        "\u0016\u0003\u0001",
                        "x".repeat(20_000),
                        "GET /\r\n\r\n"))));
    alone(
        all,
        "rubbish before it",
        draft -> {
          byte[] after = draft.assembled();
          draft.raw =
              concat(
                  draft
                      .one(
                          List.of(
                              "\r\n",
                              "\r\n\r\n\r\n",
                              "\0",
                              " ",
                              "x",
                              "\n\n",
                              "\u00ef\u00bb\u00bf",
                              "\r\n".repeat(20_000)))
                      .getBytes(ISO_8859_1),
                  after);
          draft.mayStayUnanswered = true;
        });
    alone(
        all,
        "bare line feeds",
        draft -> {
          draft.raw =
              new String(draft.assembled(), ISO_8859_1).replace("\r\n", "\n").getBytes(ISO_8859_1);
          draft.mayStayUnanswered = true;
        });
    alone(
        all,
        "bare carriage returns",
        draft -> {
          draft.raw =
              new String(draft.assembled(), ISO_8859_1).replace("\r\n", "\r").getBytes(ISO_8859_1);
          draft.mayStayUnanswered = true;
        });
    alone(
        all,
        "no HTTP/1",
        draft -> {
          byte[] random = new byte[1 + draft.random.nextInt(400)];
          draft.random.nextBytes(random);
          draft.raw =
              draft.one(
                  List.of(
                      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0".getBytes(ISO_8859_1),
                      ("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003"
                              + "r".repeat(32)
                              + "\0")
                          .getBytes(ISO_8859_1),
                      "GET /\r\n".getBytes(ISO_8859_1),
                      "GET /healthz\r\n\r\n".getBytes(ISO_8859_1),
                      "SSH-2.0-x\r\n".getBytes(ISO_8859_1),
                      "\0".repeat(500).getBytes(ISO_8859_1),
                      "x".repeat(100_000).getBytes(ISO_8859_1),
                      new byte[0],
                      new byte[] {'\r'},
                      random,
                      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1),
                      "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                          .getBytes(ISO_8859_1),
                      " HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1),
                      "GET\r\n\r\n".getBytes(ISO_8859_1),
                      "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n".getBytes(ISO_8859_1)));
          draft.mustBeRefused = false;
          draft.mayStayUnanswered = true;
        });
    alone(
        all,
        "changed byte anywhere",
        draft -> {
          byte[] bytes = draft.assembled();
          int headEnd = Math.min(bytes.length, 60);
          bytes[draft.random.nextInt(headEnd)] = (byte) draft.random.nextInt(256);
          draft.raw = bytes;
          draft.mustBeRefused = false;
          draft.mayStayUnanswered = true;
        });
    return all;
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static void chunked(Draft draft, String body) {
    draft.framed = false;
    draft.headers.add("Transfer-Encoding: chunked");
    draft.body = body.getBytes(ISO_8859_1);
    draft.mayStayUnanswered = true;
  }

  private static void raw(Draft draft, String behind) {
    draft.raw = concat(draft.assembled(), behind.getBytes(ISO_8859_1));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static void body(List<Breakage> all, String name, Consumer<Draft> apply) {
    all.add(
        new Breakage(
            name,
            draft -> draft.body != null && draft.framed,
            draft -> {
              boolean refused = draft.mustBeRefused;
              apply.accept(draft);
              // where the body is another one, it may be right
              draft.mustBeRefused = refused && draft.isDestructive();
              draft.alone = true;
            }));
  }

  private static void alone(List<Breakage> all, String name, Consumer<Draft> apply) {
    all.add(
        new Breakage(
            name,
            draft -> !draft.isDestructive(),
            draft -> {
              apply.accept(draft);
              draft.alone = true;
            }));
  }
}
