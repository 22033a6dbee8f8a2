package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reading, adding, cancelling and the rest in a browser that runs no scripts. */
final class WithoutScriptsTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static Page open() {
    return browsing.open(new Browser.NewContextOptions().setJavaScriptEnabled(false));
  }

  private static Locator row(Page page, long number) {
    return page.locator("tr[data-key='" + number + "']");
  }

  private static long added(Page page) {
    assertThat(page.locator("#said")).containsText("Added job");
    return Long.parseLong(page.locator("#said").innerText().replaceAll("\\D", ""));
  }

  @Test
  void a_job_is_added_read_cancelled_and_removed() {
    Page page = open();
    page.locator("#command").fill("sh -c 'echo hello; sleep 60'");
    page.locator("#add-button").click();
    long number = added(page);
    browsing.bide().awaitState(number, "RUNNING");
    page.navigate(browsing.bide().url("/jobs"));
    assertThat(row(page, number).locator(".state")).hasText("Running");
    row(page, number).getByText("Cancel…").click();
    page.getByText("Cancel the job").click();
    page.waitForURL("**/jobs");
    browsing.bide().awaitState(number, "CANCELLED");
    page.navigate(browsing.bide().url("/jobs/" + number));
    assertThat(page.locator("#log")).containsText("hello");
    page.getByText("Remove…").click();
    page.getByText("Remove for good").click();
    assertThat(page.locator("#said")).containsText("Removed job " + number);
  }

  @Test
  void the_question_about_the_shell_is_answered() {
    Page page = open();
    page.locator("#command").fill("echo one | tr o 0");
    page.locator("#add-button").click();
    assertThat(page.locator("#problem")).containsText("unquoted |");
    page.locator("#problem button[value=shell]").click();
    long number = added(page);
    browsing.bide().awaitState(number, "COMPLETED");
    page.navigate(browsing.bide().url("/jobs/" + number));
    assertThat(page.locator("#log")).hasText("0ne");
  }

  @Test
  void a_waiting_job_is_cancelled_in_the_list_and_a_finished_one_retried() {
    browsing.bide().slots(1);
    long first = browsing.bide().addShell("sleep 60");
    long second = browsing.bide().addShell("true");
    Page page = open();
    row(page, second).locator("button").click();
    page.waitForURL("**/jobs");
    assertThat(row(page, second).locator(".state")).hasText("Cancelled");
    row(page, second).getByText("Retry").click();
    assertThat(row(page, second).locator(".note")).containsText("waits for a free slot");
    page.getByLabel("One slot more in default").click();
    assertThat(page.locator("#queues")).containsText("default: 2 slots");
    browsing.bide().awaitState(second, "COMPLETED");
    page.navigate(browsing.bide().url("/jobs/" + first + "/cancel"));
    page.getByText("Cancel the job").click();
    browsing.bide().awaitState(first, "CANCELLED");
  }
}
