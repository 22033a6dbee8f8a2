package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.bide.checks.Gate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Single keys: what they do, that they can be switched off, and where they are listed. */
class KeysTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  @AfterEach
  void nothing_is_complained_about() {
    assertThat(browsing.complaints()).isEmpty();
  }

  /** A page of jobs whose scripts have begun. */
  private static Page live() {
    Page page = browsing.open();
    assertThat(page.locator("#chip")).hasText("Live");
    return page;
  }

  private static void arrived(Page page, String path) {
    page.waitForURL(browsing.bide().url(path));
    assertThat(page.locator("#chip")).hasText("Live");
  }

  @Test
  void a_question_mark_lists_the_keys_and_takes_nothing_away() {
    Page page = live();
    page.locator("#command").fill("half of a command");
    Locator help = page.locator(".to-help");
    help.focus();
    page.keyboard().press("?");
    Locator dialog = page.locator("dialog");
    assertThat(dialog).isVisible();
    assertThat(dialog).containsText("next, previous row of a list");
    assertThat(dialog.locator("[data-keep]")).isFocused();
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    assertThat(help).isFocused();
    assertThat(page.locator("#command")).hasValue("half of a command");
  }

  @Test
  void rows_are_walked_and_left_by_keys() {
    RunningBide bide = browsing.bide();
    List<Long> jobs =
        bide.addAll(
            List.of(Map.of("command", List.of("true")), Map.of("command", List.of("true"))));
    jobs.forEach(job -> bide.awaitState(job, "COMPLETED"));
    Page page = live();
    page.keyboard().press("j");
    assertThat(page.locator("#rows tr").nth(0).locator(".what")).isFocused();
    page.keyboard().press("j");
    assertThat(page.locator("#rows tr").nth(1).locator(".what")).isFocused();
    page.keyboard().press("k");
    page.keyboard().press("k");
    assertThat(page.locator("#rows tr").nth(0).locator(".what")).isFocused();
    page.keyboard().press("Enter");
    arrived(page, "/jobs/" + jobs.get(1));
    page.keyboard().press("u");
    arrived(page, "/jobs");
    page.keyboard().press("g");
    page.keyboard().press("s");
    arrived(page, "/schedules");
    page.keyboard().press("g");
    page.keyboard().press("j");
    arrived(page, "/jobs");
    page.keyboard().press("/");
    assertThat(page.locator("#command")).isFocused();
    page.keyboard().type("jkc");
    assertThat(page.locator("#command")).hasValue("jkc");
  }

  @Test
  void a_key_cancels_nothing_before_it_was_asked() {
    RunningBide bide = browsing.bide();
    long job = bide.addShell("sleep 300");
    bide.awaitState(job, "RUNNING");
    Page page = live();
    page.keyboard().press("c");
    page.keyboard().press("j");
    page.keyboard().press("c");
    Locator dialog = page.locator("dialog");
    assertThat(dialog).containsText("Cancel job " + job + "?");
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    assertThat(bide.job(job).text("state")).isEqualTo("RUNNING");
    page.navigate(bide.url("/jobs/" + job));
    arrived(page, "/jobs/" + job);
    page.keyboard().press("c");
    dialog.locator("button.danger").click();
    assertThat(page.locator(".job-head .state")).hasText("Cancelled");
  }

  @Test
  void single_keys_can_be_switched_off_and_on_again() {
    RunningBide bide = browsing.bide();
    Page page = live();
    page.keyboard().press("?");
    page.locator("dialog #single-keys").uncheck();
    page.keyboard().press("Escape");
    assertThat(page.locator("dialog")).hasCount(0);
    page.keyboard().press("/");
    assertThat(page.locator("#command")).not().isFocused();
    page.reload();
    assertThat(page.locator("#chip")).hasText("Live");
    page.keyboard().press("?");
    page.keyboard().press("/");
    assertThat(page.locator("#command")).not().isFocused();
    assertThat(page.locator("dialog")).hasCount(0);
    page.locator(".to-help").click();
    page.waitForURL(bide.url("/help"));
    assertThat(page.locator("#single-keys")).not().isChecked();
    page.locator("#single-keys").check();
    page.keyboard().press("Tab");
    page.keyboard().press("g");
    page.keyboard().press("j");
    page.waitForURL(bide.url("/jobs"));
  }

  @Test
  void help_stands_last_in_the_header_of_every_page() {
    Page page = live();
    for (String path : List.of("/jobs", "/schedules/new", "/settings/retention", "/help")) {
      page.navigate(browsing.bide().url(path));
      assertThat(page.locator("header a, header button").last()).hasText("Help");
    }
  }

  @Test
  void without_scripts_help_offers_no_switch_that_does_nothing() {
    Page page = browsing.open(new Browser.NewContextOptions().setJavaScriptEnabled(false));
    page.locator(".to-help").click();
    page.waitForURL(browsing.bide().url("/help"));
    assertThat(page.locator("#single-keys-box")).isHidden();
    assertThat(page.locator("#help noscript p")).isVisible();
  }

  @Test
  void a_paused_page_stays_as_it_is_until_it_goes_on() {
    RunningBide bide = browsing.bide();
    Page page = live();
    page.locator("#pause").click();
    assertThat(page.locator("#chip")).hasText(Pattern.compile("Frozen at \\d\\d:\\d\\d"));
    long first = bide.addShell("true");
    bide.awaitState(first, "COMPLETED");
    // what somebody does on the page is shown, and all that was there with it
    page.locator("#command").fill("echo mine");
    page.locator("#add-button").click();
    assertThat(page.locator("tr[data-key='" + first + "'] .state")).hasText("Completed");
    long second = bide.addShell("true");
    bide.awaitState(second, "COMPLETED");
    Page other = page.context().newPage();
    other.navigate(bide.url("/jobs"));
    assertThat(other.locator("tr[data-key='" + second + "'] .state")).hasText("Completed");
    assertThat(page.locator("tr[data-key='" + second + "']")).hasCount(0);
    page.locator("#pause").click();
    assertThat(page.locator("#chip")).hasText("Live");
    assertThat(page.locator("tr[data-key='" + second + "'] .state")).hasText("Completed");
  }

  @Test
  void a_page_is_frozen_and_goes_on_in_a_window_of_any_width() {
    Page page = live();
    for (int[] widths : new int[][] {{740, 390}, {390, 1280}, {320, 320}}) {
      page.setViewportSize(widths[0], 800);
      Locator pause = page.locator("#pause");
      assertThat(pause).isVisible();
      assertThat(pause).hasText("Freeze");
      pause.click();
      assertThat(page.locator("#chip")).hasText(Pattern.compile("Frozen at .*"));
      page.setViewportSize(widths[1], 800);
      assertThat(pause).isVisible();
      assertThat(pause).hasText("Go on");
      pause.click();
      assertThat(page.locator("#chip")).hasText("Live");
    }
  }

  @Test
  void what_was_asked_before_a_page_was_frozen_changes_nothing_afterwards() {
    RunningBide bide = browsing.bide();
    Page page = live();
    String list = bide.url("/jobs");
    AtomicReference<Route> asked = new AtomicReference<>();
    // an answer under way, until the page is frozen
    page.route(list, route -> asked.compareAndSet(null, route));
    long job = bide.addShell("true");
    bide.awaitState(job, "COMPLETED");
    page.waitForCondition(() -> asked.get() != null);
    page.locator("#pause").click();
    page.unroute(list);
    page.waitForResponse(list, () -> asked.get().resume()).finished();
    // a form of its own shows what stands there; until then nothing does
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
    assertThat(page.locator("tr[data-key='" + job + "']")).hasCount(0);
    page.locator("#pause").click();
    assertThat(page.locator("tr[data-key='" + job + "'] .state")).hasText("Completed");
  }

  @Test
  void what_a_job_wrote_before_its_page_was_frozen_is_not_added_afterwards() {
    RunningBide bide = browsing.bide();
    Gate more = bide.gate();
    long job = bide.addShell("echo one; " + more.await() + "; echo two; sleep 300");
    Page page = live();
    page.navigate(bide.url("/jobs/" + job));
    assertThat(page.locator("#log div").last()).hasText("one");
    Pattern log = Pattern.compile("/api/v1/jobs/" + job + "/log");
    AtomicReference<Route> asked = new AtomicReference<>();
    page.route(log, route -> asked.compareAndSet(null, route));
    more.open();
    page.waitForCondition(() -> asked.get() != null);
    page.locator("#pause").click();
    page.unroute(log);
    page.waitForResponse(log, () -> asked.get().resume()).finished();
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
    assertThat(page.locator("#log div").last()).hasText("one");
    page.locator("#pause").click();
    assertThat(page.locator("#log div").last()).hasText("two");
    bide.post("/api/v1/jobs/" + job + "/cancel");
  }
}
