package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.bide.checks.Gate;
import dev.bide.checks.HostileTexts;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nothing that a user or a job made runs in a browser, wherever it stands: in what the server
 * rendered, and in what scripts put into the page while it is open. Many texts share a job, so that
 * it is quick.
 */
final class HostileTextTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static final int LONGEST_NAME = 200;
  private static final int AT_ONCE = 40;
  private static final int LONGEST_PATH = 4_000;
  private static final int MOST_OF_AN_ADDRESS = 12_000;
  private static final int LONGEST_TYPED = 3_000;
  private static final int LONGEST_IN_AN_ADDRESS = 3_000;

  /** Tells when a payload ran, or was about to and the policy of the page kept it from that. */
  private static final String WATCH =
      """
      Object.defineProperty(window, "__pwned", { set(value) { tell("ran: " + value); } });
      document.addEventListener("securitypolicyviolation", (event) =>
        tell(`violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
      """;

  /** What is on the page that Bide never puts there. */
  private static final String CENSUS =
      """
      () => {
        const known = new Set(("html head meta title link script body svg symbol rect circle path use a header div"
          + " nav span form input button main h1 h2 p ul li i table caption thead tbody tr th td b time label section"
          + " aside dl dt dd ol code dialog").split(" "));
        const found = [];
        for (const element of document.querySelectorAll("*")) {
          if (!known.has(element.localName)) found.push(element.outerHTML);
          for (const { name, value } of element.attributes) {
            if (/^on|^srcdoc$|^http-equiv$/.test(name)
                || (/^(href|xlink:href|src|action|formaction|data-href)$/.test(name) && !/^(#|[/](?![/\\\\]))/.test(value))) {
              found.push(`${name}=${value}`);
            }
          }
        }
        if (document.scripts.length !== 1) found.push("scripts: " + document.scripts.length);
        for (const one of document.querySelectorAll("#log *")) {
          if (!one.matches("#log > div, #log > div > span, #log > button, #log > .cut *")) found.push(one.outerHTML);
        }
        return found;
      }
      """;

  /** What the cells with texts are made of; each way once. */
  private static final String ROWS =
      """
      () => [...new Set([...document.querySelectorAll("#rows > tr")].map((row) =>
        [...row.querySelectorAll(".job *")].map((one) => one.localName + one.getAttributeNames()).join(" ")))]
      """;

  private final List<String> told = new CopyOnWriteArrayList<>();
  private Page page;

  @BeforeEach
  void open() {
    page = browsing.open();
    page.context().exposeBinding("tell", (source, words) -> told.add(String.valueOf(words[0])));
    page.context().addInitScript(WATCH);
    page.onDialog(
        dialog -> {
          told.add("dialog: " + dialog.message());
          dialog.dismiss();
        });
    page.navigate(browsing.bide().url("/jobs"));
  }

  @AfterEach
  void nothingRanAndNothingWasAskedForElsewhere() {
    assertThat(told).isEmpty();
    assertThat(browsing.elsewhere()).isEmpty();
    // answers with 4xx are meant
    assertThat(browsing.complaints()).allMatch(line -> line.startsWith("Failed to load resource"));
  }

  /** All texts in groups that are no longer than this; a longer text is a group of its own. */
  private static List<List<String>> groups(int longest) {
    List<List<String>> groups = new ArrayList<>();
    int length = longest;
    for (String text : HostileTexts.all()) {
      if (text.indexOf('\0') < 0) {
        if (length + 1 + text.length() > longest) {
          groups.add(new ArrayList<>());
          length = -1;
        }
        groups.get(groups.size() - 1).add(text);
        length += 1 + text.length();
      }
    }
    return groups;
  }

  private static Map<String, Object> job(List<String> texts, String script) {
    String name = String.join(" ", texts);
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(texts);
    Map<String, Object> job = new HashMap<>();
    job.put("command", command);
    job.put("directory", browsing.bide().directory().toString());
    if (name.length() <= LONGEST_NAME) {
      job.put("name", name);
    }
    return job;
  }

  private void assertClean() {
    assertThat((List<?>) page.evaluate(CENSUS)).isEmpty();
    assertThat(told).isEmpty();
  }

  private Locator row(long number) {
    return page.locator("#rows tr[data-key='" + number + "']");
  }

  /** Failed jobs: many with a name, then few with many texts that have none. */
  private static List<Map<String, Object>> jobs() {
    List<Map<String, Object>> jobs = new ArrayList<>();
    for (List<String> texts : groups(LONGEST_NAME)) {
      jobs.add(job(texts, "printf '%s\\n' \"$@\"; exit 3"));
    }
    for (List<String> texts : groups(LONGEST_TYPED)) {
      jobs.add(job(texts, "printf '%s\\n' \"$@\"; exit 3"));
      String directory = "/no/" + String.join(" ", texts);
      Map<String, Object> job = job(texts, "exit 0");
      job.put("directory", directory.substring(0, Math.min(directory.length(), LONGEST_PATH)));
      jobs.add(job);
    }
    return jobs;
  }

  @Test
  void in_the_list_while_jobs_come_in_and_on_their_pages() {
    List<Map<String, Object>> jobs = jobs();
    List<Long> all = new ArrayList<>();
    for (int from = 0; from < jobs.size(); from += AT_ONCE) {
      List<Long> numbers =
          browsing.bide().addAll(jobs.subList(from, Math.min(from + AT_ONCE, jobs.size())));
      all.addAll(numbers);
      for (long number : numbers) {
        assertThat(row(number).locator(".state")).hasText("Failed");
      }
      assertClean();
      assertThat((List<?>) page.evaluate(ROWS)).hasSizeBetween(1, 2); // with a name and without
      page.reload();
      assertThat(page.locator("#chip")).hasText("Live");
      assertClean();
    }
    // those with many texts; that each page of each job has each text as text, a parser checks
    for (long number : all) {
      if (browsing.bide().job(number).text("name") == null) {
        page.navigate(browsing.bide().url("/jobs/" + number));
        assertThat(page.locator("#chip")).hasText("Live");
        assertClean();
        page.getByText("Remove…").click();
        assertThat(page.locator("dialog p.what")).isVisible();
        assertClean();
      }
    }
  }

  @Test
  void in_a_log_that_is_followed() {
    List<String> texts = new ArrayList<>();
    groups(LONGEST_NAME).forEach(texts::addAll);
    Gate go = browsing.bide().gate();
    Map<String, Object> job =
        job(texts, "echo begun; " + go.await() + "; printf '%s\\n' \"$@\" end");
    long number = browsing.bide().addAll(List.of(job)).get(0);
    page.navigate(browsing.bide().url("/jobs/" + number));
    assertThat(page.locator("#log")).hasText("begun");

    go.open();

    assertThat(page.locator("#log > div").last()).hasText("end");
    assertThat(page.locator("#log > div"))
        .hasCount(2 + String.join("\n", texts).split("\n", -1).length);
    assertThat(page.locator(".job-head .state")).hasText("Completed");
    assertClean();
    page.reload();
    assertThat(page.locator("#log > div").last()).hasText("end");
    assertClean();
  }

  @Test
  void in_a_form_that_is_refused() {
    int before = browsing.bide().count();
    for (List<String> texts : groups(LONGEST_TYPED)) {
      String text = String.join(" ", texts);
      page.locator("#command").fill(text);
      page.locator("#directory").fill("no/" + text);
      page.locator("#add input[name=shell]").check();
      page.waitForResponse("**/jobs", () -> page.locator("#add-button").click());
      assertThat(page.locator("#problem")).containsText("absolute");
      assertClean();
      page.locator("#add input[name=shell]").uncheck();
      page.waitForResponse("**/jobs", () -> page.locator("#add-button").click());
      assertThat(page.locator("#add")).not().hasAttribute("data-sending", "");
      assertThat(page.locator("#problem")).isVisible();
      assertClean();
    }
    assertThat(browsing.bide().count()).isEqualTo(before);
  }

  @Test
  void in_an_address() {
    for (List<String> texts : groups(LONGEST_IN_AN_ADDRESS)) {
      String text = URLEncoder.encode(String.join(" ", texts), UTF_8).replace("+", "%20");
      if (text.length() > MOST_OF_AN_ADDRESS) {
        continue; // such an address is refused before anybody looks at it
      }
      for (String path :
          List.of(
              "/jobs?show=%s&added=1",
              "/jobs?after=%s",
              "/login?next=%s",
              "/login?next=%s#code=%s",
              "/jobs/%s",
              "/nowhere/%s",
              "/api/v1/queues/%s")) {
        page.navigate(browsing.bide().url(path.replace("%s", text)));
        assertThat(told).isEmpty();
        if (!path.startsWith("/api")) {
          assertClean();
        }
      }
    }
  }
}
