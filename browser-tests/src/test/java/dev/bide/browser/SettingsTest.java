package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people learn and do below Settings, and what other pages say of it. */
final class SettingsTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static final Receiver gone = Receiver.gone();

  @BeforeAll
  static void allowReceiversHere() {
    browsing.bide().configure(Receiver.ALLOWED);
  }

  @AfterAll
  static void close() {
    gone.close();
  }

  private static final String NOTICES = "/settings/notifications";
  private static final String RETENTION = "/settings/retention";

  private static Page open(String path) {
    return show(browsing.open(), path);
  }

  private static Page withoutScripts(String path) {
    return show(browsing.open(new Browser.NewContextOptions().setJavaScriptEnabled(false)), path);
  }

  private static Page show(Page page, String path) {
    page.navigate(browsing.bide().url(path));
    return page;
  }

  private static Locator row(Page page, String key) {
    return page.locator("tr[data-key='" + key + "']");
  }

  /** A job that fails, of which somebody is to be told. */
  private static long failing(String rule) {
    return browsing
        .bide()
        .addAll(List.of(Map.of("command", List.of("false"), "notify", List.of(rule))))
        .get(0);
  }

  private static void forgetNotices(Page page) {
    show(page, NOTICES);
    page.getByText("Forget all…").click();
    page.getByRole(AriaRole.DIALOG).getByText("Forget them").click();
    assertThat(page.locator("#fine")).isVisible();
    assertThat(page.locator("#nav")).hasAttribute("data-failed", "0");
  }

  @Test
  void a_webhook_that_fails_is_seen_without_a_reload_and_sent_again_by_a_button() {
    try (Receiver receiver = Receiver.gone()) {
      Page jobs = browsing.open();
      assertThat(jobs.locator("#chip")).hasText("Live");
      Page notices = jobs.context().newPage();
      show(notices, NOTICES);
      assertThat(notices.locator("#chip")).hasText("Live");
      assertThat(notices.locator("#fine")).hasText("No notice was given up.");
      String url = receiver.url();
      long number = failing("failure=" + url + "/secret?token=42");

      Locator failed = notices.locator("#failed tbody tr");
      assertThat(failed).hasCount(1);
      assertThat(failed).containsText("Job " + number + " failed with exit code 1.");
      assertThat(failed).containsText(url + "/…");
      assertThat(failed).containsText("410");
      assertThat(failed).not().containsText("token");
      assertThat(jobs.locator(".failed-notices")).containsText("1");
      jobs.locator(".failed-notices").click();
      jobs.waitForURL("**" + NOTICES);
      failed.getByText("Job " + number).click();
      assertThat(notices.locator(".untold")).containsText("could not be sent to " + url + "/…: ");

      receiver.takes();
      assertThat(jobs.locator("#chip")).hasText("Live");
      jobs.getByText("Send again").click();
      assertThat(jobs.locator("#said")).hasText("The notice is being sent again.");
      assertThat(jobs.locator("#fine")).isVisible();
      assertThat(jobs.locator(".failed-notices")).hasCount(0);
      assertThat(notices.locator(".untold")).hasCount(0);
    }
  }

  @Test
  void what_could_not_be_sent_is_sent_again_or_forgotten_all_at_once() {
    failing("failure=" + gone.url() + "/ada");
    failing("failure=" + gone.url() + "/bob");
    Page page = open(NOTICES);
    assertThat(page.locator("#failed tbody tr")).hasCount(2);
    page.getByText("Send all again").click();
    assertThat(page.locator("#said")).hasText("2 notices are being sent again.");
    assertThat(page.locator("#failed tbody tr")).hasCount(2);
    page.getByText("Forget all…").click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("2 notices");
    assertThat(page.getByRole(AriaRole.DIALOG).getByText("Keep them")).isFocused();
    page.keyboard().press("Escape");
    forgetNotices(page);
  }

  @Test
  void a_target_is_tried_out_and_what_is_wrong_stands_beside_the_field() {
    Page page = open(NOTICES);
    page.locator("#rule").fill("nowhere");
    page.getByText("Send a test").click();
    assertThat(page.locator("#rule-wrong")).containsText("is no place to send a notice to");
    assertThat(page.locator("#rule")).isFocused();
    assertThat(page.locator("#rule")).hasValue("nowhere");
    page.locator("#rule").fill("command:exit 4");
    page.keyboard().press("Enter");
    assertThat(page.locator("#rule-wrong")).containsText("ended with exit code 4");
    page.locator("#rule").fill("command:true");
    page.keyboard().press("Enter");
    assertThat(page.locator("#said")).hasText("A test was sent to command:true.");
    assertThat(page.locator("#rule-wrong")).hasCount(0);
  }

  @Test
  void a_pinned_job_stays_when_all_that_is_old_is_removed() {
    RunningBide bide = browsing.bide();
    long kept = bide.addShell("echo kept");
    long old = bide.addShell("echo old");
    long fresh = bide.addShell("echo fresh");
    for (long number : new long[] {kept, old, fresh}) {
      bide.awaitState(number, "COMPLETED");
    }
    Page page = open("/jobs/" + kept);
    page.getByText("Pin", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("#facts")).containsText("stays, whatever its age");
    assertThat(page.getByText("Unpin")).isVisible();
    show(page, "/jobs");
    assertThat(row(page, Long.toString(kept)).locator(".pinned")).containsText("pinned");
    assertThat(row(page, Long.toString(old)).locator(".pinned")).hasCount(0);

    bide.endedBefore(Duration.ofDays(40), kept, old);
    show(page, RETENTION);
    Locator byHand = row(page, "by hand").locator("td.number").first();
    int before = Integer.parseInt(byHand.innerText());
    assertThat(row(page, "30 days")).containsText("4 bytes");
    assertThat(row(page, "90 days")).containsText("nothing");
    page.getByLabel("Remove… jobs older than 30 days").click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("1 job with 4 bytes of logs");
    assertThat(dialog).containsText("Pinned jobs");
    dialog.getByText("Remove 1 job").click();
    assertThat(page.locator("#said")).hasText("Removed 1 job with 4 bytes of logs.");
    assertThat(row(page, "30 days")).containsText("nothing");
    assertThat(byHand).hasText(Integer.toString(before + 1));
    assertThat(page.locator("#kept")).containsText("5 bytes of logs");
    show(page, "/jobs");
    assertThat(row(page, Long.toString(kept))).isVisible();
    assertThat(row(page, Long.toString(fresh))).isVisible();
    assertThat(row(page, Long.toString(old))).hasCount(0);
    show(page, "/jobs/" + kept);
    page.getByText("Unpin").click();
    assertThat(page.locator("#facts")).not().containsText("Pinned");
  }

  @Test
  void the_page_of_the_server_shows_what_runs_as_it_happens() {
    Page page = open("/jobs");
    page.locator(".bar nav").getByText("Settings").click();
    page.waitForURL("**/settings/server");
    assertThat(page.locator("#chip")).hasText("Live");
    assertThat(page.locator("#health .unwell")).hasCount(0);
    assertThat(row(page, "default")).containsText("0 of 3 busy");
    long number = browsing.bide().addShell("sleep 600");
    assertThat(row(page, "default")).containsText("1 of 3 busy");
    browsing.bide().post("/api/v1/jobs/" + number + "/cancel");
    assertThat(row(page, "default")).containsText("0 of 3 busy");
    page.locator("#settings nav").getByText("Kept and removed").click();
    page.waitForURL("**" + RETENTION);
    assertThat(page.locator("#settings nav [aria-current=page]")).hasText("Kept and removed");
  }

  @Test
  void every_page_says_that_the_disk_is_nearly_full_and_leads_to_what_can_go() {
    try (FullServer full = FullServer.start()) {
      Page page = browsing.stranger(new Browser.NewContextOptions().setViewportSize(1280, 800));
      page.navigate(full.loginLink());
      page.waitForURL("**/jobs");
      for (String path : List.of("/schedules", "/settings/server", "/jobs")) {
        page.navigate(full.url(path));
        assertThat(page.locator("#trouble"))
            .containsText(Pattern.compile("nearly full \\(.* free"));
      }
      page.getByText("What can go").click();
      page.waitForURL("**" + RETENTION);
      assertThat(page.locator("#trouble")).containsText("nearly full");
      assertThat(page.locator("#trouble a")).hasCount(0);
      Object first =
          page.evaluate(
              "() => [...document.querySelectorAll('.sheets > .box')]"
                  + ".sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top"
                  + " || a.getBoundingClientRect().left - b.getBoundingClientRect().left)[0]"
                  + ".querySelector('h2').id");
      assertThat(first).isEqualTo("older-title");
    }
  }

  @Test
  void without_scripts_a_notice_is_sent_again_a_job_pinned_and_old_ones_removed() {
    RunningBide bide = browsing.bide();
    long number = failing("failure=" + gone.url());
    bide.awaitState(number, "FAILED");
    Page page = withoutScripts("/jobs/" + number);
    page.getByText("Pin", new Page.GetByTextOptions().setExact(true)).click();
    page.waitForURL("**/jobs/" + number);
    assertThat(page.locator("#facts")).containsText("Pinned");
    page.getByText("Unpin").click();
    bide.endedBefore(Duration.ofDays(10), number);
    show(page, NOTICES);
    page.getByText("Send again").click();
    assertThat(page.locator("#said")).hasText("The notice is being sent again.");
    page.locator("#rule").fill("nowhere");
    page.getByText("Send a test").click();
    assertThat(page.locator("#rule-wrong")).isVisible();
    show(page, RETENTION);
    page.getByLabel("Remove… jobs older than 7 days").click();
    page.getByText("Remove 1 job").click();
    assertThat(page.locator("#said")).containsText("Removed 1 job");
    show(page, NOTICES);
    page.getByText("Forget all…").click();
    page.getByText("Forget them").click();
    assertThat(page.locator("#fine")).isVisible();
  }
}
