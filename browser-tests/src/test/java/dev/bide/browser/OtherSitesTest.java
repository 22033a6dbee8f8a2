package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Pages of other origins in a browser that is logged in. One is of the same host on another port,
 * so that even a strict cookie is sent; one has another name.
 */
final class OtherSitesTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static HttpServer other;

  @BeforeAll
  static void openTheOtherSite() throws IOException {
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          byte[] body = attack().getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    other.start();
  }

  @AfterAll
  static void closeTheOtherSite() {
    other.stop(0);
  }

  private static String attack() {
    String jobs = browsing.bide().url("/jobs");
    return """
        <!doctype html><title>other</title><body>
        <form id="form" method="post" action="%1$s" target="frame">
        <input name="command" value="touch pwned"><input name="directory" value="/tmp"></form>
        <form id="text" method="post" enctype="text/plain" action="%2$s" target="frame">
        <input name='{"shell":"touch pwned","x":"' value='"}'></form>
        <form id="slots" method="post" action="%3$s" target="frame"><input name="slots" value="9"></form>
        <iframe name="frame"></iframe><img src="%1$s"><p id="told"></p>
        <script>
        const told = [];
        const say = (what) => { told.push(what); document.getElementById("told").textContent = told.join(" "); };
        for (const id of ["form", "text", "slots"]) document.getElementById(id).submit();
        const json = {method: "POST", body: '{"shell":"touch pwned"}'};
        Promise.allSettled([
          fetch("%2$s", {...json, mode: "no-cors", credentials: "include"}),
          fetch("%2$s", {...json, credentials: "include", headers: {"Content-Type": "application/json"}}),
          fetch("%2$s", {credentials: "include"}).then((answer) => answer.text()).then(() => say("read")),
        ]).then(() => say("asked"));
        const source = new EventSource("%4$s", {withCredentials: true});
        source.onopen = () => say("listens");
        source.onerror = () => { source.close(); say("deaf"); };
        </script>
        """
        .formatted(
            jobs,
            browsing.bide().url("/api/v1/jobs"),
            browsing.bide().url("/queues/default/slots"),
            browsing.bide().url("/api/v1/events?topics=jobs"));
  }

  private static void visit(String host) {
    Page page = browsing.open();
    int before = browsing.bide().count();
    long slots = browsing.bide().queue().number("slots");
    page.navigate("http://" + host + ":" + other.getAddress().getPort() + "/");
    assertThat(page.locator("#told")).containsText("asked");
    assertThat(page.locator("#told")).containsText("deaf");
    assertThat(page.locator("#told")).not().containsText("read");
    assertThat(page.locator("#told")).not().containsText("listens");
    // what those forms were sent before this answer has been answered too
    page.navigate(browsing.bide().url("/jobs"));
    assertThat(page.locator("#queues")).containsText(slots + " slots");
    assertThat(browsing.bide().count()).isEqualTo(before);
    assertThat(browsing.bide().queue().number("slots")).isEqualTo(slots);
  }

  @Test
  void another_port_of_the_same_host_changes_and_reads_nothing() {
    visit("127.0.0.1");
  }

  @Test
  void another_name_changes_and_reads_nothing() {
    visit("localhost");
  }

  @Test
  void no_other_page_frames_this_one() {
    Page page = browsing.open();
    page.navigate("http://localhost:" + other.getAddress().getPort() + "/");
    page.evaluate(
        "address => { document.querySelector('iframe').src = address }",
        browsing.bide().url("/jobs"));
    assertThat(page.frameLocator("iframe").locator("#command")).hasCount(0);
  }
}
