package dev.bide.checks.malformed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is wrong in the first line. */
final class TargetBreakages {
  private static final List<String> IDS =
      List.of(
          "0",
          "-1",
          "00",
          "01",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551616",
          "9".repeat(400),
          "-9223372036854775809",
          "1.0",
          "1e3",
          "0x1",
          "+1",
          "%2e%2e",
          "%2e",
          "..",
          ".",
          "...",
          "%00",
          "1%00",
          "%ff",
          "%c0%ae%c0%ae",
          "%ed%a0%80",
          "%zz",
          "%",
          "%1",
          "%2f",
          "%5c",
          "\\",
          "%252e%252e",
          "1;x=y",
          ";",
          "%3b",
          "1%20",
          "%0d%0aX:%20y",
          "x".repeat(300),
          "\u00ff\u00fe",
          "null",
          "*",
          "~",
          "[",
          "{job}",
          "{",
          "|",
          "`",
          "\"",
          "<x>",
          "%F0%9F%98%80",
          "11111111-1111-1111-1111-111111111111",
          "ffffffff",
          "FFFFFFFF-",
          "ffffffff%25",
          "\u0661",
          "%D9%A1",
          "last",
          "1-2",
          "-");

  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "-1",
          "1001",
          "61",
          "9007199254740993",
          "9223372036854775808",
          "9".repeat(300),
          "1.5",
          "1e9",
          "x",
          "%00",
          "%ff",
          "%zz",
          "%",
          "%2e%2e%2f",
          "a,b",
          "PENDING,",
          ",",
          ",,,,",
          "%F0%9F%98%80",
          "%ed%a0%80",
          "1%0d%0aX:y",
          "[]",
          "null",
          "true",
          "job:",
          "job:0",
          "job:-1",
          "job:9223372036854775808",
          "jobs," + "job:1,".repeat(200) + "job:2",
          "1;2",
          "1%261",
          "+",
          "%20",
          "\u00ff",
          "relative/path",
          "/%00",
          "//",
          "/" + "x".repeat(5000));

  private TargetBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.add(
        new Breakage(
            "wrong id",
            draft -> draft.operation.path().contains("{"),
            draft ->
                draft.path =
                    draft
                        .operation
                        .path()
                        .replaceAll(
                            "\\{[a-z]+}",
                            java.util.regex.Matcher.quoteReplacement(draft.one(IDS)))));
    all.add(
        new Breakage(
            "wrong value in the query",
            draft -> !draft.operation.query().isEmpty(),
            draft -> {
              draft.query.clear();
              draft.query.add(draft.one(draft.operation.query()) + "=" + draft.one(VALUES));
            }));
    any(
        all,
        "unknown parameter",
        draft -> {
          draft.query.add(
              draft.one(
                  List.of(
                      "x=1",
                      "stat=1",
                      "=",
                      "=1",
                      "x",
                      "%00=1",
                      "%zz=1",
                      "a[]=1",
                      "x=".repeat(2000))));
        });
    all.add(
        new Breakage(
            "parameter twice",
            draft -> !draft.operation.query().isEmpty(),
            draft -> {
              String name = draft.one(draft.operation.query());
              draft.query.add(name + "=1&" + name + "=1");
              draft.refused();
            }));
    elsewhere(
        all,
        "wrong path",
        draft -> {
          String path = draft.path;
          int slash = path.lastIndexOf('/');
          draft.path =
              draft.one(
                  List.of(
                      "/" + path,
                      path + "/",
                      path.replace("/", "//"),
                      path + "/..",
                      path + "/%2e%2e",
                      "/api/v1/../v1" + path.substring(Math.max(0, slash)),
                      "/%2e%2e" + path,
                      path.replace("a", "%61"),
                      path.toUpperCase(java.util.Locale.ROOT),
                      path + "%00",
                      path + "/x",
                      path + ";x=y",
                      path + ".",
                      path + "%2f",
                      "/.." + path,
                      path + "\\..\\",
                      path.substring(0, slash + 1),
                      "/api/v1",
                      "/api/",
                      "/api/v2/jobs",
                      "/../../../etc/passwd",
                      "/static/..%2f..%2ftoken",
                      "/static/%2e%2e/token",
                      "*",
                      "",
                      "x",
                      "http://localhost" + path,
                      "http://evil.example" + path,
                      "//evil" + path,
                      "localhost:80",
                      path + "#x",
                      path + "%",
                      path + " x",
                      "/\u00ff",
                      "/ " + path));
        });
    any(
        all,
        "overlong path",
        draft -> {
          draft.path += "/" + "x".repeat(draft.one(List.of(1000, 8000, 20_000, 70_000)));
          draft.mayStayUnanswered = true;
          draft.alone = true;
        });
    elsewhere(
        all,
        "wrong method",
        draft -> {
          draft.method =
              draft.one(
                  List.of(
                      "GET",
                      "POST",
                      "PUT",
                      "PATCH",
                      "DELETE",
                      "HEAD",
                      "OPTIONS",
                      "TRACE",
                      "CONNECT",
                      "get",
                      "post",
                      "X",
                      "M-SEARCH",
                      "PROPFIND",
                      "PRI",
                      "x".repeat(3000),
                      "G\u00ffT",
                      "G T",
                      "",
                      "GET\t",
                      "POST\0",
                      "DELETE\u000b"));
          draft.alone = true;
        });
    elsewhere(
        all,
        "wrong version",
        draft -> {
          draft.version =
              draft.one(
                  List.of(
                      "HTTP/1.0",
                      "HTTP/0.9",
                      "HTTP/1.2",
                      "HTTP/2.0",
                      "HTTP/3",
                      "HTTP/11",
                      "http/1.1",
                      "HTTP/1.1 ",
                      "HTTP",
                      "",
                      "HTTP/1.1\u00ff",
                      "ICY/1.1",
                      "HTTP/-1.1",
                      "HTTP/1.1 HTTP/1.1",
                      "HTTP/99999999999.1"));
          draft.alone = true;
        });
    return all;
  }

  private static void any(List<Breakage> all, String name, Consumer<Draft> apply) {
    all.add(new Breakage(name, draft -> true, apply));
  }

  /** What makes another request of it, which may be right. */
  private static void elsewhere(List<Breakage> all, String name, Consumer<Draft> apply) {
    all.add(
        new Breakage(
            name,
            draft -> !draft.isDestructive(),
            draft -> {
              apply.accept(draft);
              draft.mustBeRefused = false;
            }));
  }
}
