package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import dev.bide.checks.Gate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the page shows while its server is gone, and afterwards. */
final class ConnectionTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  @Test
  void a_killed_server_is_said_the_data_is_dated_and_the_page_recovers_by_itself() {
    Page page = browsing.open();
    Gate end = browsing.bide().gate();
    long number = browsing.bide().addShell(end.await());
    assertThat(page.locator("tr[data-key='" + number + "'] .state")).hasText("Running");
    page.evaluate("() => { window.sameDocument = true }");
    browsing.bide().kill();
    assertThat(page.locator("#chip")).hasText("Reconnecting");
    assertThat(page.locator("#chip"))
        .hasText(
            Pattern.compile("Offline since \\d\\d:\\d\\d"),
            new HasTextOptions().setTimeout(20_000));
    assertThat(page.locator("#dated")).containsText("This is how things stood at");
    assertThat(page.locator("tr[data-key='" + number + "'] .state")).hasText("Running");
    page.locator("#command").fill("typed while it was away");
    browsing.bide().startAgain();
    assertThat(page.locator("#chip")).hasText("Live", new HasTextOptions().setTimeout(30_000));
    assertThat(page.locator("#dated")).isHidden();
    assertThat(page.locator("#restarted"))
        .hasText(Pattern.compile("Bide was started again: \\d jobs? kept running.*"));
    end.open();
    assertThat(page.locator("tr[data-key='" + number + "'] .state"))
        .hasText("Completed", new HasTextOptions().setTimeout(30_000));
    assertThat(page.locator("#command")).hasValue("typed while it was away");
    assertThat(page.evaluate("() => window.sameDocument")).isEqualTo(true);
  }

  @Test
  void a_log_goes_on_after_the_server_was_killed() {
    Gate away = browsing.bide().gate();
    Gate back = browsing.bide().gate();
    long number =
        browsing
            .bide()
            .addShell(
                "seq -f n%.0f 4; "
                    + away.await()
                    + "; seq -f n%.0f 5 20; "
                    + back.await()
                    + "; seq -f n%.0f 21 40");
    Page page = browsing.open();
    page.navigate(browsing.bide().url("/jobs/" + number));
    assertThat(page.locator("#log")).containsText("n4");
    browsing.bide().kill();
    assertThat(page.locator("#chip")).hasText("Reconnecting");
    away.open();
    browsing.bide().startAgain();
    assertThat(page.locator("#log div").last())
        .hasText("n20", new HasTextOptions().setTimeout(40_000));
    back.open();
    assertThat(page.locator("#log div").last()).hasText("n40");
    assertThat(page.locator("#log div")).hasCount(40);
    assertThat(page.locator(".job-head .state")).hasText("Completed");
  }

  @Test
  void a_log_whose_first_request_failed_shows_each_line_once() {
    Gate more = browsing.bide().gate();
    long number =
        browsing.bide().addShell("seq -f n%.0f 4; " + more.await() + "; seq -f n%.0f 5 8");
    Page page = browsing.open();
    assertThat(page.locator("tr[data-key='" + number + "'] .state")).hasText("Running");
    Pattern log = Pattern.compile("/jobs/" + number + "/log");
    page.route(log, Route::abort);
    String text = browsing.bide().url("/api/v1/jobs/" + number + "/log");
    Awaitility.await().until(() -> page.request().get(text).text().endsWith("n4\n"));
    page.navigate(browsing.bide().url("/jobs/" + number));
    assertThat(page.locator("#log div")).hasCount(4);
    page.unroute(log);
    more.open();
    assertThat(page.locator("#log div").last()).hasText("n8");
    assertThat(page.locator("#log div")).hasCount(8);
  }

  @Test
  void what_is_asked_while_nobody_answers_is_said_to_be_unknown() {
    Page page = browsing.open();
    browsing.bide().kill();
    page.locator("#command").fill("true");
    page.locator("#add-button").click();
    assertThat(page.locator("#complaint")).containsText("Bide does not answer");
    assertThat(page.locator("#command")).hasValue("true");
    browsing.bide().startAgain();
  }
}
