package dev.bide.checks.malformed;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** What is wrong in the headers. */
final class HeaderBreakages {
  private static final List<String> RANGES =
      List.of(
          "bytes=0-",
          "bytes=-",
          "bytes=9-1",
          "bytes=-0",
          "bytes=0-0,1-1",
          "bytes=99999999999999999999-",
          "bytes=-99999999999999999999",
          "bytes=0-99999999999999999999",
          "x",
          "",
          "bytes",
          "bytes=",
          "lines=1-2",
          "bytes=0-" + ",0-".repeat(2000),
          "bytes=-1",
          "bytes=a-b",
          "bytes=1--1",
          "bytes=\u00ff-",
          "bytes=\u0661-",
          "bytes=999999999999999999-999999999999999999");

  private static final List<String> RUBBISH =
      List.of(
          "Accept: text/html",
          "Accept: */*;q=x",
          "Accept: \u00ff",
          "Accept: " + "a/b,".repeat(2000),
          "Accept:",
          "Accept-Encoding: gzip;q=-1,br,\u00ff",
          "Accept-Language: " + "x-".repeat(999),
          "Last-Event-ID: x",
          "Last-Event-ID:",
          "Last-Event-ID: -1",
          "Last-Event-ID: \u00ff.\u00ff",
          "Last-Event-ID: 0.99999999999999999999",
          "Last-Event-ID: " + "9".repeat(3000),
          "Last-Event-ID: ....",
          "If-None-Match: *",
          "If-None-Match: \"",
          "If-None-Match: W/",
          "If-None-Match: " + "\"x\",".repeat(1500),
          "If-Modified-Since: x",
          "If-Match: *",
          "If-Range: x",
          "If-Unmodified-Since: Thu, 01 Jan 99999 00:00:00 GMT",
          "Cookie: ;;;===",
          "Cookie: bide-00000000=a.b.c",
          "Cookie: \u00ff=\u00ff",
          "Cookie: a=\"",
          "Cookie: " + "a=b;".repeat(2500),
          "Cookie: $Version=1; $Path=/",
          "Cookie: =",
          "Cookie: a",
          "Expect: 100-continue",
          "Expect: x",
          "Expect: 100-continue, x",
          "Expect:",
          "Idempotency-Key:",
          "Idempotency-Key: " + "k".repeat(256),
          "Idempotency-Key: \u00e9",
          "Idempotency-Key: \u00ff\u00fe",
          "Upgrade: websocket",
          "Upgrade: h2c",
          "Connection: upgrade",
          "Connection: x, y",
          "Connection: \u00ff",
          "Keep-Alive: timeout=-1",
          "X-Forwarded-Host: evil.example",
          "X-Forwarded-Proto: \u00ff",
          "Forwarded: host=\"",
          "X-HTTP-Method-Override: DELETE",
          "TE: trailers, x",
          "Trailer: Content-Length",
          "Via: x",
          "Max-Forwards: -1",
          "Date: x",
          "From: \u00ff",
          "Pragma: \u00ff",
          "Proxy-Connection: close",
          "Content-Range: bytes 0-1/2",
          "Content-Location: //",
          "Content-Language: \u00ff",
          "HTTP2-Settings: AAMAAABkAAQAAP__",
          "Bide-Csrf: x",
          "X: " + "\u00e9".repeat(100));

  private static final List<String> NO_HEADERS =
      List.of(
          "no colon",
          ": no name",
          "X : space",
          " X: folded",
          "\tX: y",
          "X\u00ff: y",
          "X: \0",
          "X: a\0b",
          "X: \u0001",
          "X(: y",
          "X: a\rY: b",
          "X: a\nY: b",
          "X",
          "\0",
          "X:\u007f",
          "\u00ff",
          "@: x",
          "X: \u000b",
          "Content-Length",
          "Host");

  private static final List<String> TYPES =
      List.of(
          "",
          "x",
          "/",
          "text/plain",
          "text/html",
          "application/xml",
          "application/json+x",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "multipart/form-data; boundary=",
          "multipart/form-data; boundary=" + "x".repeat(3000),
          "application/jsonx",
          "\u00ff",
          "application/octet-stream",
          "application/json, text/plain",
          ";",
          "application /json");

  private static final List<String> CHARSETS =
      List.of(
          "; charset=utf-16",
          "; charset=",
          "; charset=nosuch",
          "; charset=\"",
          "; charset=\u00ff",
          ";charset=ebcdic-cp-us",
          "; charset=utf-8; charset=utf-7",
          "; " + "x=y;".repeat(900),
          ";",
          "; charset=\"utf\\\"8\"",
          "; charset=../../x",
          "; charset=UTF-8\t");

  private HeaderBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    any(all, "rubbish in a header", draft -> draft.headers.add(draft.one(RUBBISH)));
    any(
        all,
        "rubbish in headers",
        draft -> {
          for (int i = 0; i < 4; i++) {
            draft.headers.add(draft.one(RUBBISH));
          }
          draft.alone = true; // together they may be too long
          draft.mayStayUnanswered = true;
        });
    all.add(
        new Breakage(
            "range",
            draft -> draft.operation.id().equals("readLog"),
            draft -> draft.headers.add("Range: " + draft.one(RANGES))));
    any(all, "range elsewhere", draft -> draft.headers.add("Range: " + draft.one(RANGES)));
    any(
        all,
        "no header",
        draft -> {
          draft.headers.add(draft.random.nextInt(draft.headers.size() + 1), draft.one(NO_HEADERS));
          draft.alone = true;
        });
    any(
        all,
        "odd bytes in a header",
        draft -> {
          StringBuilder odd = new StringBuilder("X-Odd: ");
          for (int i = draft.random.nextInt(20); i >= 0; i--) {
            odd.append((char) draft.random.nextInt(256));
          }
          draft.headers.add(odd.toString());
          draft.alone = true;
          draft.mayStayUnanswered = odd.indexOf("\n") > 0;
        });
    any(
        all,
        "long header",
        draft -> {
          int length = draft.one(List.of(8_000, 16_300, 17_000, 64 << 10, 200_000));
          draft.headers.add("X-Long: " + "x".repeat(length));
          draft.alone = true;
          draft.mayStayUnanswered = length > 16_000;
        });
    any(
        all,
        "many headers",
        draft -> {
          int count = draft.one(List.of(100, 1000, 20_000));
          for (int i = 0; i < count; i++) {
            draft.headers.add("X" + i + ":");
          }
          draft.alone = true;
          draft.mayStayUnanswered = count > 1000;
        });
    any(
        all,
        "wrong token",
        draft ->
            draft.authorization =
                draft.one(
                    List.of(
                        "Authorization:",
                        "Authorization: Bearer",
                        "Authorization: Bearer ",
                        "Authorization: Basic Og==",
                        "Authorization: Bearer " + "A".repeat(43),
                        "Authorization: Bearer " + draft.token + "x",
                        "Authorization: Bearer " + draft.token.substring(1),
                        "Authorization: " + draft.token,
                        "Authorization: Bearer \u00ff",
                        "Authorization: Bearer " + draft.token + "\0",
                        "Authorization: Basic "
                            + Base64.getEncoder().encodeToString(Draft.bytes(draft.token)),
                        "Authorization: Bearer " + "x".repeat(10_000),
                        "X: y")));
    any(all, "no token", draft -> draft.authorization = null);
    any(
        all,
        "wrong Host",
        draft -> {
          draft.host =
              draft.one(
                  List.of(
                      "Host: evil.example",
                      "Host: localhost.evil.example",
                      "Host: 127.0.0.1.evil.example",
                      "Host: localhost:x",
                      "Host: localhost:",
                      "Host: localhost:99999999",
                      "Host:",
                      "Host: ",
                      "",
                      "Host: localhost\r\nHost: localhost",
                      "Host: localhost\r\nHost: evil.example",
                      "Host: user@localhost",
                      "Host: [::1",
                      "Host: [",
                      "Host: 0.0.0.0",
                      "Host: [::]",
                      "Host: localhost/evil.example",
                      "Host: \u00ff.x",
                      "Host: a,b.c",
                      "Host: 127.1",
                      "Host: localhost:-1",
                      "Host: x.y:" + "9".repeat(400),
                      "Host: " + "x.".repeat(2000)));
          draft.alone = true;
          draft.refused();
        });
    any(
        all,
        "right Host",
        draft ->
            draft.host =
                draft.one(
                    List.of(
                        "Host: LOCALHOST",
                        "Host: 127.0.0.1:1",
                        "Host: [::1]:65535",
                        "host:localhost",
                        "Host: \tlocalhost")));
    any(
        all,
        "Origin",
        draft ->
            draft.headers.add(
                draft.one(
                    List.of(
                        "Origin: null",
                        "Origin: http://evil.example",
                        "Origin: http://localhost",
                        "Origin:",
                        "Origin: \u00ff",
                        "Origin: http://localhost@evil.example",
                        "Origin: x",
                        "Origin: https://localhost",
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Site: same-site",
                        "Sec-Fetch-Site: \u00ff",
                        "Sec-Fetch-Site:",
                        "Referer: \u00ff"))));
    all.add(
        new Breakage(
            "wrong type",
            draft -> draft.type != null,
            draft -> {
              draft.type = draft.one(TYPES);
              if (draft.operation.text() && draft.type.equals("text/plain")) {
                draft.type = "application/json";
              }
              if (draft.operation.bodyNeeded()) {
                draft.refused();
              }
            }));
    all.add(
        new Breakage(
            "wrong charset",
            draft -> draft.type != null,
            draft -> draft.type += draft.one(CHARSETS)));
    all.add(new Breakage("no type", draft -> draft.type != null, draft -> draft.type = null));
    all.add(
        new Breakage(
            "two types",
            draft -> draft.type != null,
            draft -> draft.headers.add("Content-Type: text/plain")));
    all.add(
        new Breakage(
            "compressed, it says",
            draft -> draft.body != null,
            draft ->
                draft.headers.add(
                    "Content-Encoding: "
                        + draft.one(
                            List.of("gzip", "deflate", "br", "x", "", "gzip, gzip", "\u00ff")))));
    return all;
  }

  private static void any(List<Breakage> all, String name, Consumer<Draft> apply) {
    all.add(new Breakage(name, draft -> true, apply));
  }
}
