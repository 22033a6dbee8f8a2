package dev.bide.checks;

import static dev.bide.checks.PageVisitor.encoded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bide.checks.PageVisitor.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a user or a job makes is text on every page. Each hostile text is put wherever one can
 * be put, and the page has to have the same elements and attributes as with a harmless one.
 */
@Timeout(240)
class TextStaysTextTest {
  private static final String HARMLESS = "harmless";

  /** The page of jobs without any. */
  private static final String FORM_ALONE = "/jobs?show=running";

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_FILE_NAME = 255;
  private static final int LONGEST_PATH = 4095;

  /** What stands in the address of a request has to be short. */
  private static final int LONGEST_IN_AN_ADDRESS = 3_000;

  private static final Ground ground = new Ground().quick();
  private static PageVisitor visitor;
  private static List<String> texts;

  /** Where a text was put, and the job. */
  private record Made(Kind kind, String text, JsonNode job) {}

  private static final Map<Long, Made> made = new HashMap<>();

  /** Where one job takes the text. */
  private enum Kind {
    /** Argument, value of the environment, directory, log, last line of a failure. */
    OUTPUT,
    /** The name of a program that is not there. */
    PROGRAM,
    /** A shell line, in a directory that is not there: it never runs. */
    SHELL
  }

  @BeforeAll
  static void everyTextIsPutIntoJobs() throws IOException {
    texts = HostileTexts.all();
    ground.serve();
    ground.client().slots(8);
    visitor = new PageVisitor(ground.port());
    visitor.logIn(Files.readString(ground.home().resolve("token")).strip());
    List<Map<String, Object>> requests = new ArrayList<>();
    List<Function<JsonNode, Made>> makers = new ArrayList<>();
    List<String> all = new ArrayList<>(List.of(HARMLESS));
    all.addAll(texts);
    for (String text : all) {
      for (Kind kind : Kind.values()) {
        if (text.indexOf('\0') < 0) {
          requests.add(request(kind, text, requests.size()));
          makers.add(job -> new Made(kind, text, job));
        }
      }
    }
    JsonNode jobs =
        ground.client().post("/api/v1/jobs", Map.of("jobs", requests)).expect(201).json();
    ground.awaitAllEnded(Duration.ofMinutes(2));
    for (int i = 0; i < requests.size(); i++) {
      long number = jobs.get("jobs").get(i).get("number").asLong();
      made.put(number, makers.get(i).apply(ground.client().job(number)));
    }
  }

  @AfterAll
  static void everythingIsGone() {
    ground.close();
    assertThat(ground.processes()).isEmpty();
  }

  private static Map<String, Object> request(Kind kind, String text, int index) throws IOException {
    Map<String, Object> request = new LinkedHashMap<>();
    if (text.codePointCount(0, text.length()) <= LONGEST_NAME) {
      request.put("name", text);
    }
    request.put("directory", ground.directory().toString());
    switch (kind) {
      case OUTPUT -> {
        request.put("command", List.of("sh", "-c", "printf '%s\\n' \"$1\"; exit 3", "sh", text));
        request.put("environment", Map.of("TEXT", text));
        request.put("directory", directory(text, index));
      }
      case PROGRAM -> request.put("command", List.of(text));
      case SHELL -> {
        request.put("shell", "exit 0\n" + text);
        boolean fits = text.getBytes(UTF_8).length < LONGEST_PATH - 10;
        request.put("directory", "/no/such/" + (fits ? text : "one"));
      }
    }
    return request;
  }

  /** A directory of this name, where a file system can have it. */
  private static String directory(String text, int index) throws IOException {
    Path parent = Files.createDirectory(ground.directory().resolve("d" + index));
    boolean fits =
        !text.contains("..")
            && List.of(text.split("/", -1)).stream()
                .allMatch(part -> part.getBytes(UTF_8).length <= LONGEST_FILE_NAME);
    if (fits) {
      Files.createDirectories(Path.of(parent + "/" + text));
    }
    return fits ? parent + "/" + text : parent.toString();
  }

  @Test
  void there_are_two_hundred_texts_and_no_two_are_the_same() {
    assertThat(texts).hasSizeGreaterThanOrEqualTo(200).doesNotHaveDuplicates();
  }

  @Test
  void every_job_kept_its_text_and_failed_as_meant() {
    made.forEach(
        (number, one) -> {
          JsonNode job = one.job();
          assertThat(job.get("state").asText()).as(job.toString()).isEqualTo("FAILED");
          assertThat(job.get("reason").asText())
              .as(job.toString())
              .isEqualTo(one.kind() == Kind.OUTPUT ? "EXIT_CODE" : "START_FAILED");
          String kept =
              switch (one.kind()) {
                case OUTPUT -> job.get("command").get(4).asText();
                case PROGRAM -> job.get("command").get(0).asText();
                case SHELL -> job.get("shell").asText().substring("exit 0\n".length());
              };
          assertThat(kept).isEqualTo(one.text());
        });
  }

  @Test
  void a_row_of_the_list_has_nothing_but_the_text_more_than_a_harmless_one() {
    Map<Kind, String> harmless = new HashMap<>();
    Map<Long, Element> rows = new HashMap<>();
    String next = "/jobs";
    String frame = null;
    while (!next.isEmpty()) {
      Document page = visitor.get(next).page();
      Skeleton.assertHarmless(page, next);
      page.select("#rows > tr").forEach(row -> rows.put(Long.valueOf(row.attr("data-key")), row));
      Element older = page.selectFirst("#pager a[rel=next]");
      next = older == null ? "" : older.attr("href");
      page.select("#rows, #pager").forEach(Element::empty);
      frame = frame == null ? Skeleton.of(page) : frame;
      assertThat(Skeleton.of(page)).isEqualTo(frame);
    }
    assertThat(rows.keySet()).isEqualTo(made.keySet());
    made.forEach(
        (number, one) -> {
          if (one.text().equals(HARMLESS)) {
            harmless.put(one.kind(), Skeleton.of(rows.get(number)));
          }
        });
    made.forEach(
        (number, one) -> {
          Element row = rows.get(number);
          boolean named = !one.job().get("name").isNull();
          String skeleton = harmless.get(one.kind());
          assertThat(Skeleton.of(row))
              .as("%s %.100s %s", one.kind(), one.text(), one.job().get("message"))
              .isEqualTo(named ? skeleton : skeleton.replace("b[]{}\n", ""));
          String commandLine = line(one.job().get("commandLine").asText());
          Element link = row.expectFirst("a.what");
          assertThat(link.attr("title")).isEqualTo(commandLine);
          assertThat(link.wholeText())
              .isEqualTo((named ? line(one.job().get("name").asText()) : "") + commandLine);
          Element note = row.expectFirst(".note");
          assertThat(note.wholeText()).isEqualTo(line(one.job().get("message").asText()));
          assertThat(note.attr("title")).isEqualTo(note.wholeText());
        });
  }

  @Test
  void the_pages_of_a_job_have_nothing_but_the_text_more_than_those_of_a_harmless_one() {
    for (Kind kind : Kind.values()) {
      Map<String, String> harmless = new HashMap<>();
      made.keySet().stream().sorted().forEach(number -> check(kind, number, harmless));
    }
  }

  /** Looks at all pages of a job; the first job is the harmless one. */
  private static void check(Kind kind, long number, Map<String, String> harmless) {
    Made one = made.get(number);
    if (one.kind() != kind) {
      return;
    }
    boolean named = !one.job().get("name").isNull();
    String block = block(one.job().get("commandLine").asText());
    Document page = page("/jobs/" + number, harmless, named);
    assertThat(page.expectFirst("h1 code").wholeText()).isEqualTo(block);
    assertThat(page.expectFirst(".last-line").wholeText())
        .isEqualTo(line(one.job().get("message").asText()));
    Map<String, String> facts = new HashMap<>();
    page.select("#facts dt")
        .forEach(dt -> facts.put(dt.text(), dt.nextElementSibling().wholeText()));
    assertThat(facts).containsEntry("Directory", line(one.job().get("directory").asText()));
    if (named) {
      String name = line(one.text());
      assertThat(facts).containsEntry("Name", name);
      assertThat(page.expectFirst("title").wholeText())
          .contains(name.length() <= 60 ? name : name.substring(0, name.offsetByCodePoints(0, 50)));
    }
    if (kind == Kind.OUTPUT && one.text().chars().noneMatch(Character::isISOControl)) {
      assertThat(page.expectFirst("#log").wholeText()).startsWith(cut(line(one.text())));
    }
    Document again = page(FORM_ALONE + "&again=" + number, harmless, true);
    assertThat(parsed(again.expectFirst("#command").attr("value")))
        .isEqualTo(parsed(one.job().get("commandLine").asText()));
    assertThat(parsed(again.expectFirst("#directory").attr("value")))
        .isEqualTo(parsed(one.job().get("directory").asText()));
    for (String question : List.of("cancel", "remove")) {
      Document asked = page("/jobs/" + number + "/" + question, harmless, true);
      assertThat(asked.expectFirst("p.what").wholeText())
          .isEqualTo((named ? line(one.job().get("name").asText()) + "\n" : "") + block);
    }
  }

  /** A page whose address differs from that of the harmless one by a number alone. */
  private static Document page(String path, Map<String, String> harmless, boolean named) {
    Document page = visitor.get(path).page();
    Skeleton.assertHarmless(page, path);
    String skeleton = withoutRows(page);
    String expected = harmless.computeIfAbsent(path.replaceAll("[0-9]+", "N"), key -> skeleton);
    String withoutName =
        expected
            .replaceFirst("div\\[\\]\\{dt\\[\\]\\{\\}\ndd\\[\\]\\{\\}\n\\}\n", "")
            .replace("span[class]{b[]{}\ncode[]", "span[class]{code[]");
    assertThat(skeleton).as(path).isEqualTo(named ? expected : withoutName);
    return page;
  }

  private static String withoutRows(Document page) {
    Document copy = page.clone();
    copy.select("#rows").forEach(Element::empty);
    return Skeleton.of(copy);
  }

  @Test
  void a_raw_log_is_text_that_no_browser_shows_as_anything_else() {
    made.forEach(
        (number, one) -> {
          Answer log = visitor.get("/api/v1/jobs/" + number + "/log");
          assertThat(log.status()).isEqualTo(200);
          assertThat(log.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
          assertThat(log.header("Content-Disposition")).startsWith("attachment; filename=\"job-");
          assertThat(log.header("X-Content-Type-Options")).isEqualTo("nosniff");
          assertThat(log.header("Content-Security-Policy")).startsWith("default-src 'none'");
          assertThat(log.text()).isEqualTo(one.kind() == Kind.OUTPUT ? one.text() + "\n" : "");
        });
  }

  @Test
  void an_address_that_holds_a_text_is_answered_as_one_that_holds_a_harmless_one() {
    long job = made.keySet().iterator().next();
    List<String> addresses =
        List.of(
            "/?x=%s&%s",
            "/jobs?show=%s",
            FORM_ALONE + "&after=%s&again=%s&added=%s&already=%s&removed=%s",
            "/jobs/" + job + "?attempt=%s",
            "/jobs/" + job + "/cancel?from=%s",
            "/jobs/" + job + "/remove?from=%s",
            "/jobs/%s",
            "/jobs/%s/cancel",
            "/login?next=%s&problem=%s",
            "/login?next=/jobs?show=%s",
            "/nowhere/%s",
            "/static/%s/%s",
            "/api/v1/queues/%s",
            "/api/v1/jobs?state=%s",
            "/api/v1/jobs?queue=%s",
            "/api/v1/jobs/%s/log",
            "/api/v1/events?topics=%s",
            "/api/v1/%s");
    for (String address : addresses) {
      Set<String> known = skeletons(List.of(visitor.get(address.replace("%s", HARMLESS))));
      for (String text : texts) {
        String path = address.replace("%s", encoded(text));
        if (path.length() < LONGEST_IN_AN_ADDRESS) {
          assertNoMore(visitor.get(path), known, path);
        }
      }
    }
  }

  @Test
  void an_address_is_said_in_words() {
    for (String text : texts) {
      Answer answer = visitor.get("/jobs/" + encoded(text));
      if (answer.status() == 404 && text.indexOf('/') < 0) {
        assertThat(answer.page().expectFirst("#error p").wholeText()).contains(line(text));
      }
    }
  }

  @Test
  void nobody_is_led_elsewhere_after_the_log_in() {
    PageVisitor stranger = new PageVisitor(ground.port());
    for (String text : texts) {
      if (encoded(text).length() < LONGEST_IN_AN_ADDRESS) {
        Answer sent = stranger.get("/jobs?show=" + encoded(text));
        assertThat(sent.status()).isEqualTo(303);
        assertThat(sent.header("Location")).matches("/login\\?next=[A-Za-z0-9%._*+-]*");
        String next =
            stranger
                .get("/login?next=" + encoded(text))
                .page()
                .expectFirst("input[name=next]")
                .attr("value");
        assertThat(next).matches("/jobs([/?].*)?");
      }
    }
  }

  @Test
  void what_was_typed_stands_in_its_field_again_and_nowhere_as_anything_but_text() {
    Map<String, Map<String, String>> forms = new LinkedHashMap<>();
    forms.put("command", Map.of("shell", "yes", "command", "%s", "directory", "no"));
    forms.put("words", Map.of("command", "%s", "directory", "no", "as", "words"));
    forms.put("directory", Map.of("command", "true", "directory", "x%s"));
    forms.put("queue", Map.of("command", "true", "directory", "/tmp", "queue", "no-%s"));
    forms.put("instead", Map.of("command", "x", "directory", "no", "instead", "%s"));
    forms.forEach(
        (what, form) -> {
          // the fault is in the directory, in the command, or in its quotes
          Set<String> known =
              skeletons(
                  Stream.of(HARMLESS, HARMLESS + "\0", "'")
                      .map(harmless -> visitor.post(FORM_ALONE, filled(form, harmless)))
                      .toList());
          for (String text : texts) {
            Answer answer = visitor.post(FORM_ALONE, filled(form, text));
            assertNoMore(answer, known, what + " " + text);
            if (what.equals("command") || what.equals("directory")) {
              assertThat(parsed(answer.page().expectFirst("#" + what).attr("value")))
                  .isEqualTo(parsed(filled(form, text).get(what)));
            }
          }
        });
  }

  @Test
  void other_forms_say_a_text_as_text_too() {
    Answer noLogIn = visitor.post("/login", Map.of("token", HARMLESS, "next", HARMLESS));
    Answer noQueue = visitor.post("/queues/" + HARMLESS + "/slots", Map.of("slots", "3"));
    Answer noSlots = visitor.post("/queues/default/slots", Map.of("slots", HARMLESS));
    assertThat(noQueue.status()).isEqualTo(404);
    Set<String> known = skeletons(List.of(noLogIn, noQueue, noSlots));
    for (String text : texts) {
      assertNoMore(visitor.post("/login", Map.of("token", text, "next", text)), known, text);
      assertNoMore(visitor.post("/queues/default/slots", Map.of("slots", text)), known, text);
      if (encoded(text).length() < LONGEST_IN_AN_ADDRESS) {
        assertNoMore(
            visitor.post("/queues/" + encoded(text) + "/slots", Map.of("slots", "3")), known, text);
      }
    }
  }

  @Test
  void the_api_refuses_a_text_in_json_alone() throws IOException {
    for (String text : texts) {
      for (Map<String, Object> request :
          List.<Map<String, Object>>of(
              Map.of("command", List.of("true"), "queue", "no-" + text),
              Map.of("command", List.of("true"), "directory", text + "\0"),
              Map.of("command", List.of("true"), "environment", Map.of(text + "=", "x")),
              Map.of("command", List.of("true"), text + "?", "x"))) {
        Answer answer = visitor.json("/api/v1/jobs", request);
        assertThat(answer.status()).as(text).isIn(404, 422);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      }
    }
  }

  @Test
  void a_request_that_is_no_http_is_not_answered_with_what_it_said() throws IOException {
    for (String text : texts) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ground.port())) {
        socket.setSoTimeout(10_000);
        socket
            .getOutputStream()
            .write(
                ("GET /nowhere/"
                        + text
                        + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
                        + "Connection: close\r\n\r\n")
                    .getBytes(UTF_8));
        String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
        assertThat(answer).as(text).startsWith("HTTP/1.1 ");
        String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
        assertThat(head).contains("X-Content-Type-Options: nosniff").doesNotContain("evil=");
        if (head.contains("text/html")) {
          Document page = Jsoup.parse(answer.substring(head.length()));
          Skeleton.assertHarmless(page, text);
          assertThat(page.select("script, img, iframe, base, object, embed, [http-equiv]"))
              .hasSizeLessThanOrEqualTo(1);
        }
      }
    }
  }

  private static Map<String, String> filled(Map<String, String> form, String text) {
    Map<String, String> filled = new HashMap<>();
    form.forEach((name, value) -> filled.put(name, value.replace("%s", text)));
    return filled;
  }

  /** What pages with harmless texts are made of; that of an address without a page is among it. */
  private static Set<String> skeletons(List<Answer> harmless) {
    Set<String> known = new HashSet<>();
    known.add(withoutRows(visitor.get("/jobs/" + HARMLESS).page()));
    harmless.stream().filter(Answer::isPage).forEach(one -> known.add(withoutRows(one.page())));
    return known;
  }

  /** A page like a harmless one, a redirect within the site, or something that is no page. */
  private static void assertNoMore(Answer answer, Set<String> known, String what) {
    assertThat(answer.status()).as(what).isLessThan(500).isNotEqualTo(201);
    assertThat(answer.header("Location")).as(what).matches("|/[a-z]*([/?][A-Za-z0-9/?=&%._-]*)?");
    assertThat(answer.header("X-Content-Type-Options")).as(what).isEqualTo("nosniff");
    if (answer.isPage()) {
      Document page = answer.page();
      Skeleton.assertHarmless(page, what);
      assertThat(withoutRows(page)).as(what).isIn(known);
    } else if (answer.http().body().length > 0) {
      assertThat(answer.header("Content-Type"))
          .as(what)
          .matches("application/(problem\\+)?json|text/plain.*|text/event-stream.*");
    }
  }

  /** How a line stands on a page: what would be invisible is an escape. */
  private static String line(String text) {
    return block(text).replace("\n", "\\n").replace("\t", "\\t");
  }

  private static String block(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean hidden =
                  type == Character.CONTROL
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR
                      || (type == Character.FORMAT && c != 0x200d);
              if (!hidden || c == '\n' || c == '\t') {
                out.appendCodePoint(c);
              } else if (c == '\r') {
                out.append("\\r");
              } else {
                out.append(String.format(c < 0x100 ? "\\x%02x" : "\\u{%x}", c));
              }
            });
    return out.toString();
  }

  private static String cut(String line) {
    return line.substring(0, Math.min(line.length(), 10_000));
  }

  /** What a browser's parser makes of a text that stands in an attribute; jsoup keeps CR. */
  private static String parsed(String text) {
    return text.replace("\r\n", "\n").replace('\r', '\n').replace('\0', '\ufffd');
  }
}
