package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.NetworkNamespace.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All of it works on a machine without a network, and nothing of it asks another host. */
@Timeout(180)
class WithoutNetworkTest {
  private static final List<String> PAGES =
      List.of(
          "/",
          "/jobs",
          "/jobs?show=running",
          "/jobs?show=waiting",
          "/jobs?show=completed",
          "/jobs?show=failed",
          "/jobs?added=1",
          "/jobs?again=1",
          "/jobs/1",
          "/jobs/1/cancel",
          "/jobs/1/remove",
          "/jobs/999",
          "/login",
          "/nowhere",
          "/api/v1/openapi.yaml");

  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import)\\s*\\(?\\s*[\"'`]([^\"'`]+)");
  private static final Pattern URL =
      Pattern.compile("url\\(\\s*[\"']?([^\"')]+)|@import\\s+[\"']([^\"']+)");

  /** A scheme with a host, or a host without a scheme between quotes or in brackets. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "(?i)\\b(?:https?|wss?|ftp)://[^\\s\"'<>]*|[\"'`(]//[a-z0-9.\\[-][^\\s\"'`)]*");

  /** Names that are written like addresses, and what OpenAPI says of an answer's shape. */
  private static final List<String> NOT_LOADED =
      List.of("http://www.w3.org/2000/svg", "http://.+/login#code=.+");

  private final Ground ground = new Ground();

  @AfterEach
  void everythingIsGone() {
    ground.close();
    assertThat(ground.processes()).isEmpty();
  }

  @Test
  void everything_works_where_there_is_no_network() throws Exception {
    try (NetworkNamespace network = NetworkNamespace.create()) {
      assertThat(network.connect("198.18.0.1", 80))
          .as("nothing can be reached from there")
          .isEqualTo(NetworkNamespace.ENETUNREACH);
      ground.wrap(network.within());
      tour(network);
    }
  }

  private void tour(NetworkNamespace network) throws Exception {
    ground.launch();
    Awaitility.await("the server is ready")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> Files.exists(ground.home().resolve("server.json")) || !ground.server().lives());
    assertThat(ground.server().lives()).as(ground.server().printed()).isTrue();
    Path heard = ground.directory().resolve("heard");
    Path answered = ground.directory().resolve("answered");
    Process stream =
        start(heard, curl(network, "-N", "-D", answered.toString(), "/api/v1/events?topics=jobs"));
    try {
      await("the stream begins", answered, "200");

      assertThat(run(bide(network, "run", "echo", "here"))).isEqualTo("here");
      assertThat(run(bide(network, "ls"))).startsWith("1\tCOMPLETED\t0\tdefault\t");
      await("the stream tells of it", heard, "\"COMPLETED\"");
      follow(network);
    } finally {
      stream.destroyForcibly().waitFor();
    }
    Map<String, String> read = crawl(path -> run(curl(network, path)));
    assertNothingLeadsElsewhere(read);
  }

  private void follow(NetworkNamespace network) throws Exception {
    Path go = ground.directory().resolve("go");
    String job = "until [ -e '" + go + "' ]; do sleep 0.05; done; echo gone on";
    assertThat(run(bide(network, "add", "-c", "echo waiting; " + job))).isEqualTo("2");
    Path output = ground.directory().resolve("followed");
    Process following = start(output, bide(network, "logs", "-f", "2"));
    try {
      await("it is followed", output, "waiting\n");
      Files.createFile(go);
      assertThat(following.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(following.exitValue()).isZero();
      assertThat(output).hasContent("waiting\ngone on\n");
    } finally {
      following.destroyForcibly().waitFor();
    }
  }

  @Test
  void nothing_that_is_served_is_loaded_from_another_host() throws Exception {
    ground.serve();
    ground.client().post("/api/v1/jobs", Map.of("command", List.of("true"))).expect(201);
    PageVisitor visitor = new PageVisitor(ground.port());
    String logIn = visitor.get("/login").text();
    visitor.logIn(Files.readString(ground.home().resolve("token")).strip());

    Map<String, String> read = crawl(path -> visitor.get(path).text());

    read.put("/login without a session", logIn);
    assertThat(read).hasSizeGreaterThan(PAGES.size() + 10).containsKey("/jobs");
    assertNothingLeadsElsewhere(read);
  }

  /** All pages, and all files that they name. */
  private static Map<String, String> crawl(Function<String, String> get) {
    Map<String, String> read = new TreeMap<>();
    List<String> next = new ArrayList<>(PAGES);
    while (!next.isEmpty()) {
      String path = next.remove(0);
      if (!read.containsKey(path)) {
        String text = get.apply(path);
        assertThat(text).as(path).isNotNull();
        read.put(path, text);
        next.addAll(files(path, text));
      }
    }
    assertThat(read.keySet()).anyMatch(path -> path.endsWith("/patch.js"));
    return read;
  }

  private static List<String> files(String path, String text) {
    List<String> files = new ArrayList<>();
    if (isPage(text)) {
      for (Element element : Jsoup.parse(text).select("script[src], link[href], img[src]")) {
        files.add(element.hasAttr("src") ? element.attr("src") : element.attr("href"));
      }
    } else {
      Pattern pattern = path.endsWith(".js") ? IMPORT : URL;
      Matcher matcher = pattern.matcher(path.endsWith(".js") || path.endsWith(".css") ? text : "");
      String folder = path.substring(0, path.lastIndexOf('/') + 1);
      while (matcher.find()) {
        String name =
            matcher.group(1) != null ? matcher.group(1) : matcher.group(matcher.groupCount());
        if (name.startsWith("./")) {
          files.add(folder + name.substring(2));
        } else if (!name.startsWith("#") && !name.startsWith("data:")) {
          assertThat(name).as(path).startsWith("/").doesNotStartWith("//");
          files.add(name);
        }
      }
    }
    return files;
  }

  private static boolean isPage(String text) {
    return text.startsWith("<!doctype html>");
  }

  private static void assertNothingLeadsElsewhere(Map<String, String> read) {
    read.forEach(
        (path, text) -> {
          if (isPage(text)) {
            Document page = Jsoup.parse(text);
            Skeleton.assertHarmless(page, path);
            for (Element element : page.getAllElements()) {
              for (Attribute attribute : element.attributes()) {
                assertThat(elsewhere('"' + attribute.getValue())).as(path + element).isEmpty();
              }
            }
            assertThat(page.select("base, meta[http-equiv], iframe, object, embed")).isEmpty();
          } else {
            assertThat(elsewhere(text)).as(path).isEmpty();
          }
        });
  }

  private static List<String> elsewhere(String text) {
    return ELSEWHERE
        .matcher(text)
        .results()
        .map(match -> match.group())
        .filter(address -> !NOT_LOADED.contains(address))
        .toList();
  }

  private List<String> bide(NetworkNamespace network, String... words) {
    String java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    List<String> all =
        network.within(
            "env",
            "XDG_CONFIG_HOME=" + ground.directory().resolve("config"),
            java,
            "-jar",
            Ground.root().resolve("app/target/bide.jar").toString(),
            "--home",
            ground.home().toString());
    all.addAll(List.of(words));
    return all;
  }

  /** The last word is the path; what leads elsewhere is followed. */
  private List<String> curl(NetworkNamespace network, String... words) {
    Path header = ground.directory().resolve("header");
    try {
      Files.writeString(
          header,
          "Authorization: Bearer " + Files.readString(ground.home().resolve("token")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> all =
        network.within("curl", "-sSL", "-H", "@" + header, "-H", "Accept: text/html, */*");
    all.addAll(List.of(words).subList(0, words.length - 1));
    all.add("http://127.0.0.1:" + ground.port() + words[words.length - 1]);
    return all;
  }

  private static String run(List<String> words) {
    Result result = NetworkNamespace.run(words);
    assertThat(result.code()).as(words + ": " + result.printed()).isZero();
    return result.printed();
  }

  private static Process start(Path output, List<String> words) throws IOException {
    return new ProcessBuilder(words)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static void await(String what, Path file, String text) {
    Awaitility.await(what)
        .atMost(Unhurried.LONG)
        .until(() -> Files.exists(file) && Files.readString(file).contains(text));
  }
}
