package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every page in both themes and two widths: no finding of axe, and nothing to scroll sideways. */
final class AccessibilityTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static long running;
  private static long failed;
  private static long untold;

  @BeforeAll
  static void makeOneJobOfEachKind() {
    browsing.bide().configure(Receiver.ALLOWED);
    browsing.bide().slots(1);
    long completed = browsing.bide().addShell("printf '\\033[32mfine\\033[0m\\n'");
    failed =
        browsing
            .bide()
            .addShell(
                "for c in 31 32 33 34 35 36 37 90 91 92 93 94 95 96 97 '38;5;226' '38;5;17'"
                    + " '38;2;255;255;0' '48;5;21' 41 42 43 44 45 46 47 7 2; do"
                    + " printf '\\033[%smcolour %s\\033[0m\\n' $c $c; done;"
                    + " echo a_word_that_is_much_longer_than_any_screen_is_wide_"
                    + "0123456789012345678901234567890123456789012345678901234567890123456789; exit 2");
    browsing.bide().awaitState(completed, "COMPLETED");
    browsing.bide().awaitState(failed, "FAILED");
    running = browsing.bide().addShell("echo working; sleep 600");
    browsing.bide().awaitState(running, "RUNNING");
    browsing.bide().addShell("sleep 1");
    browsing.bide().addShell("sleep 2");
    browsing
        .bide()
        .addAll(List.of(Map.of("command", List.of("true"), "beginAt", "2040-01-02T03:04:00Z")));
    makeSchedules();
    makeNotices();
  }

  /** One that cannot be sent, for its receiver has gone; and one for which it is tried again. */
  private static void makeNotices() {
    try (Receiver receiver = Receiver.gone()) {
      RunningBide bide = browsing.bide();
      bide.post("/api/v1/jobs/" + failed + "/pin");
      long job =
          bide.addAll(
                  List.of(
                      Map.of(
                          "command",
                          List.of("true", "a_word_that_is_long_".repeat(10)),
                          "notify",
                          List.of(
                              "start=" + receiver.url(),
                              "start=command:exit 3 # " + "a_line_that_is_long_".repeat(10)))))
              .get(0);
      untold = job;
      bide.slots(2);
      bide.awaitState(job, "COMPLETED");
      bide.slots(1);
      Page page = browsing.open();
      page.navigate(bide.url("/settings/notifications"));
      assertThat(page.locator("#failed tbody tr")).hasCount(1);
      assertThat(page.locator("#waiting")).containsText("exit code 3");
      page.context().close();
    }
  }

  private static void makeSchedules() {
    RunningBide bide = browsing.bide();
    String start = "2040-03-24T00:00:00Z";
    bide.schedule(
        Map.of("name", "nightly", "cron", "30 2 * * *", "zone", "Europe/Berlin", "start", start));
    bide.schedule(
        Map.of(
            "name", "a".repeat(100), "everySeconds", 86_461, "jitterSeconds", 60, "pauseAfter", 3));
    bide.post("/api/v1/schedules/" + "a".repeat(100) + "/pause");
    bide.post("/api/v1/schedules/nightly/run");
  }

  private static List<String> paths() {
    return List.of(
        "/jobs",
        "/jobs?show=failed",
        "/jobs/" + failed,
        "/jobs/" + running,
        "/jobs/" + running + "/cancel",
        "/jobs/" + failed + "/remove",
        "/schedules",
        "/schedules/new",
        "/schedules/nightly",
        "/schedules/nightly/edit",
        "/schedules/" + "a".repeat(100),
        "/schedules/nightly/remove",
        "/jobs/" + untold,
        "/settings/server",
        "/help",
        "/settings/retention",
        "/settings/retention/remove?days=1",
        "/settings/notifications",
        "/settings/notifications/forget",
        "/jobs/999999",
        "/login");
  }

  private static Browser.NewContextOptions options(int width, String scheme) {
    return new Browser.NewContextOptions()
        .setViewportSize(width, 800)
        .setReducedMotion(ReducedMotion.REDUCE)
        .setColorScheme(ColorScheme.valueOf(scheme));
  }

  @ParameterizedTest
  @CsvSource({"1280,LIGHT", "1280,DARK", "390,LIGHT", "390,DARK"})
  void axe_finds_nothing(int width, String scheme) {
    Page page = browsing.open(options(width, scheme));
    List<String> findings = new ArrayList<>();
    for (String path : paths()) {
      page.navigate(browsing.bide().url(path));
      if (path.equals("/jobs/" + failed)) {
        assertThat(page.locator("#log .c1").first()).isVisible();
      }
      findings.addAll(findings(path, page));
    }
    page.navigate(browsing.bide().url("/jobs"));
    page.locator("#command").fill("a | b");
    page.locator("#add-button").click();
    assertThat(page.locator("#problem")).isVisible();
    findings.addAll(findings("the question", page));
    page.locator("tr[data-key='" + running + "']").getByText("Cancel…").click();
    assertThat(page.locator("dialog")).isVisible();
    findings.addAll(findings("the dialog", page));
    page.navigate(browsing.bide().url("/settings/notifications"));
    page.locator("#rule").fill("nowhere");
    page.getByText("Send a test").click();
    assertThat(page.locator("#rule-wrong")).isVisible();
    findings.addAll(findings("the target that is refused", page));
    page.navigate(browsing.bide().url("/schedules/new"));
    page.locator("#save").click();
    assertThat(page.locator("#name-wrong")).isVisible();
    findings.addAll(findings("the form that is refused", page));
    assertThat(findings).isEmpty();
  }

  private static List<String> findings(String where, Page page) {
    // the page has no frames: nothing has to be put together in another tab
    AxeResults results = new AxeBuilder(page).setLegacyMode(true).analyze();
    return results.getViolations().stream()
        .map(
            rule ->
                where
                    + ": "
                    + rule.getId()
                    + " "
                    + rule.getNodes().stream()
                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                        .toList())
        .toList();
  }

  @Test
  void nothing_scrolls_sideways_at_320_pixels() {
    Page page = browsing.open(options(320, "LIGHT"));
    for (String path : paths()) {
      page.navigate(browsing.bide().url(path));
      Object over = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth");
      assertThat(((Number) over).intValue()).as(path).isLessThanOrEqualTo(0);
    }
  }

  @Test
  void the_bar_fits_every_width_whatever_it_says_of_the_connection() {
    Page page = browsing.open(options(320, "LIGHT"));
    assertThat(page.locator(".failed-notices")).isVisible();
    for (String chip :
        List.of("live Live", "paused Frozen at 14:02", "offline Offline since 14:02")) {
      page.evaluate(
          "([is, text]) => { const chip = document.getElementById('chip');"
              + " chip.dataset.is = is; chip.textContent = text; }",
          List.of(chip.substring(0, chip.indexOf(' ')), chip.substring(chip.indexOf(' ') + 1)));
      for (int width = 320; width <= 1280; width += 40) {
        page.setViewportSize(width, 800);
        Object right =
            page.evaluate(
                "() => Math.max(...[...document.querySelectorAll('.bar-in *')]"
                    + ".map((one) => one.getBoundingClientRect().right))");
        assertThat(((Number) right).doubleValue())
            .as(chip + " at " + width)
            .isLessThanOrEqualTo(width);
        Object covered =
            page.evaluate(
                "() => { const box = (one) => document.querySelector(one).getBoundingClientRect();"
                    + " return Math.max(box('#nav > :last-child').right - box('#chip').left,"
                    + " (innerWidth < 360 ? 12 : 36) - box('#chip').width,"
                    + " box('#chip').right - box('#pause').left - 8, 24 - box('#pause').width) }");
        assertThat(((Number) covered).doubleValue())
            .as(chip + " at " + width)
            .isLessThanOrEqualTo(0);
      }
    }
  }

  @Test
  void the_focus_is_never_behind_the_bar_and_the_skip_link_works() {
    Page page = browsing.open(options(1280, "LIGHT"));
    page.navigate(browsing.bide().url("/jobs"));
    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("#main")).isFocused();
    for (int i = 0; i < 30; i++) {
      page.keyboard().press("Tab");
      Object hidden =
          page.evaluate(
              "() => { const box = document.activeElement.getBoundingClientRect();"
                  + " const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);"
                  + " return !!there && !document.activeElement.contains(there) && !there.contains(document.activeElement)"
                  + " ? document.activeElement.outerHTML : null }");
      assertThat(hidden).isNull();
    }
  }

  @Test
  void each_state_is_a_word_and_an_icon_besides_its_colour() {
    Page page = browsing.open(options(1280, "LIGHT"));
    for (var state : page.locator(".state").all()) {
      assertThat(state.innerText()).isNotBlank();
      assertThat(state.locator("svg")).hasCount(1);
    }
    assertThat(page.locator(".state").all()).hasSizeGreaterThan(3);
  }
}
