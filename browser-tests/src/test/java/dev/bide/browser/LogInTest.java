package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How people get in, and who does not. */
final class LogInTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  @Test
  void the_token_is_asked_for_first_and_leads_back_to_where_one_wanted_to_go() {
    long number = browsing.bide().addShell("true");
    Page page = browsing.stranger();
    page.navigate(browsing.bide().url("/jobs/" + number));
    assertThat(page).hasTitle("Log in · Bide");
    page.locator("#token").fill("wrong");
    page.getByText("Log in").last().click();
    assertThat(page.locator("#problem")).containsText("not the token");
    page.locator("#token").fill(browsing.bide().token());
    page.locator("#login button").click();
    page.waitForURL("**/jobs/" + number);
    assertThat(page.locator("h1")).containsText("#" + number);
  }

  @Test
  void a_one_time_link_opens_the_page_once_and_leaves_no_code_behind() {
    String link = browsing.bide().loginLink();
    Page page = browsing.stranger();
    page.navigate(link);
    page.waitForURL("**/jobs");
    assertThat(page.locator("#chip")).hasText("Live");
    List<Cookie> cookies = page.context().cookies();
    assertThat(cookies).hasSize(1);
    assertThat(cookies.get(0).httpOnly).isTrue();
    assertThat(cookies.get(0).sameSite).isEqualTo(SameSiteAttribute.STRICT);
    Page second = browsing.stranger();
    second.navigate(link);
    assertThat(second.locator("#problem")).containsText("This link has been used");
    assertThat(second.url()).doesNotContain("code=");
  }

  @Test
  void whoever_logs_out_is_out() {
    Page page = browsing.open();
    page.getByText("Log out").click();
    page.waitForURL("**/login");
    page.navigate(browsing.bide().url("/jobs"));
    assertThat(page).hasTitle("Log in · Bide");
  }

  @Test
  void a_frozen_page_whose_session_ended_leads_to_the_log_in_and_says_nothing_of_a_server_away() {
    Page page = browsing.open();
    assertThat(page.locator("#chip")).hasText("Live");
    page.locator("#pause").click();
    page.evaluate(
        "() => new MutationObserver(() => document.getElementById('chip').dataset.is === 'offline'"
            + " && localStorage.setItem('offline', 'said'))"
            + ".observe(document.getElementById('chip'), { attributes: true })");
    Page other = page.context().newPage();
    other.navigate(browsing.bide().url("/jobs"));
    other.getByText("Log out").click();
    other.waitForURL("**/login");
    // as after a while in the background: the page is there again and asks for its stream anew
    page.evaluate(
        "() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    page.waitForURL("**/login?next=%2Fjobs");
    assertThat(page.evaluate("() => localStorage.getItem('offline')")).isNull();
  }
}
