package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.bide.checks.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people do with the list of jobs. */
final class JobsTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static Locator row(Page page, long number) {
    return page.locator("tr[data-key='" + number + "']");
  }

  /** Types a command and adds it; answers the number of the job that the page says was added. */
  private static long add(Page page, String command) {
    page.locator("#command").fill(command);
    page.locator("#add-button").click();
    return added(page);
  }

  private static long added(Page page) {
    assertThat(page.locator("#said")).containsText("Added job");
    return Long.parseLong(page.locator("#said").innerText().replaceAll("\\D", ""));
  }

  @Test
  void a_job_is_added_seen_running_followed_cancelled_and_removed() {
    Page page = browsing.open();
    assertThat(page.locator("#chip")).hasText("Live");
    page.locator("#command")
        .fill("sh -c 'for i in 1 2 3; do echo line $i; sleep 0.2; done; sleep 60'");
    page.locator("#add-button").click();
    long number = added(page);
    assertThat(row(page, number).locator(".state")).hasText("Running");
    assertThat(row(page, number).locator("time[data-since]")).hasText(Pattern.compile("[2-9]\\ss"));
    row(page, number).locator("a.what").click();
    assertThat(page.locator("#log")).containsText("line 3");
    assertThat(page).hasTitle(Pattern.compile("◔ #" + number + " sh -c .* · Bide"));
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Cancel…")).click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("It has run for");
    assertThat(dialog.getByText("Keep it")).isFocused();
    dialog.getByText("Cancel the job").click();
    assertThat(page.locator(".job-head .state")).hasText("Cancelled");
    assertThat(page).hasTitle(Pattern.compile("⊘ #.*"));
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Remove…")).click();
    page.getByRole(AriaRole.DIALOG).getByText("Remove for good").click();
    page.waitForURL(Pattern.compile(".*/jobs$"));
    assertThat(page.locator("#said")).containsText("Removed job " + number);
    assertThat(row(page, number)).hasCount(0);
  }

  @Test
  void a_failed_job_shows_its_last_line_in_the_list() {
    Page page = browsing.open();
    long number = browsing.bide().addShell("echo first; echo OSError: No space left >&2; exit 2");
    assertThat(row(page, number).locator(".state")).hasText("Failed");
    assertThat(row(page, number).locator(".note")).hasText("OSError: No space left");
    assertThat(row(page, number).locator(".result")).hasText("exit 2");
  }

  @Test
  void a_script_without_its_interpreter_is_answered_with_a_button_before_anything_is_stored()
      throws IOException {
    Files.writeString(
        browsing.bide().directory().resolve("countdown.py"),
        "import sys\nprint('Countdown:', sys.argv[1], 'seconds')\n");
    Page page = browsing.open();
    int before = browsing.bide().count();
    page.locator("#command").fill("countdown.py 10");
    page.locator("#directory").fill(browsing.bide().directory().toString());
    page.locator("#add-button").click();
    assertThat(page.locator("#problem")).containsText("countdown.py is not executable");
    assertThat(page.locator("#problem")).containsText("did you mean");
    assertThat(browsing.bide().count()).isEqualTo(before);
    page.locator("#problem button").click();
    long number = added(page);
    assertThat(row(page, number).locator("a.what")).hasText("python3 countdown.py 10");
    browsing.bide().awaitState(number, "COMPLETED");
    assertThat(row(page, number).locator(".state")).hasText("Completed");
  }

  @Test
  void a_line_for_a_shell_is_asked_about_and_both_answers_are_kept() {
    Page page = browsing.open();
    page.locator("#command").fill("echo one | tr o 0");
    page.locator("#add-button").click();
    assertThat(page.locator("#problem")).containsText("unquoted |");
    page.locator("#problem button[value=shell]").click();
    long number = added(page);
    row(page, number).locator("a.what").click();
    assertThat(page.locator("#log")).containsText("0ne");
    page.locator(".bar nav a").first().click();
    page.locator("#command").fill("echo one | tr o 0");
    page.locator("#add-button").click();
    page.locator("#problem button[value=words]").click();
    long second = added(page);
    row(page, second).locator("a.what").click();
    assertThat(page.locator("#log")).containsText("one | tr o 0");
  }

  @Test
  void what_cannot_run_is_said_with_the_field_and_keeps_what_was_typed() {
    Page page = browsing.open();
    page.locator("#command").fill("true 'unfinished");
    page.locator("#add-button").click();
    assertThat(page.locator("#problem")).containsText("single quote");
    assertThat(page.locator("#command")).hasValue("true 'unfinished");
    page.locator("#command").fill("true");
    page.locator("#directory").fill("not/absolute");
    page.locator("#add-button").click();
    assertThat(page.locator("#problem")).containsText("directory");
    assertThat(page.locator("#directory")).hasAttribute("aria-invalid", "true");
    assertThat(page.locator("#directory")).hasValue("not/absolute");
  }

  @Test
  void the_slots_of_the_queue_change_by_one_and_waiting_jobs_say_why() {
    Page page = browsing.open();
    browsing.bide().slots(1);
    long first = browsing.bide().addShell("sleep 60");
    long second = browsing.bide().addShell("sleep 60");
    long third = browsing.bide().addShell("sleep 60");
    assertThat(row(page, second).locator(".note")).hasText("waits for a free slot · next in line");
    assertThat(row(page, third).locator(".note"))
        .hasText("waits for a free slot · position 2, 1 ahead");
    assertThat(page.locator("#queues")).containsText("default: 1 slot");
    page.getByLabel("One slot more in default").click();
    assertThat(page.locator("#queues")).containsText("2 of 2 busy");
    assertThat(row(page, second).locator(".state")).hasText("Running");
    assertThat(row(page, third).locator(".note")).hasText("waits for a free slot · next in line");
    page.getByLabel("One slot fewer in default").click();
    assertThat(page.locator("#queues")).containsText("default: 1 slot");
    assertThat(page.getByLabel("One slot fewer in default")).isDisabled();
    row(page, third).getByText("Cancel").click();
    assertThat(row(page, third).locator(".state")).hasText("Cancelled");
    browsing.bide().slots(3);
    for (long number : new long[] {first, second}) {
      row(page, number).getByText("Cancel…").click();
      page.getByText("Cancel the job").click();
      assertThat(row(page, number).locator(".state")).hasText("Cancelled");
    }
  }

  @Test
  void new_rows_wait_behind_a_pill_while_somebody_points_at_the_list() {
    Page page = browsing.open();
    long old = add(page, "true");
    assertThat(row(page, old).locator(".state")).hasText("Completed");
    row(page, old).hover();
    double top = row(page, old).boundingBox().y;
    long fresh = browsing.bide().addShell("true");
    assertThat(page.locator("#pill")).hasText("1 new job");
    assertThat(row(page, fresh)).hasCount(0);
    assertThat(row(page, old).boundingBox().y).isEqualTo(top);
    page.locator("#pill").click();
    assertThat(row(page, fresh).locator(".state")).hasText("Completed");
  }

  @Test
  void a_row_keeps_its_focus_while_it_changes() {
    Page page = browsing.open();
    Gate end = browsing.bide().gate();
    long number = browsing.bide().addShell(end.await());
    row(page, number).locator("a.what").focus();
    end.open();
    assertThat(row(page, number).locator(".state")).hasText("Completed");
    assertThat(row(page, number).locator("a.what")).isFocused();
  }

  @Test
  void everything_is_done_by_the_keyboard_alone() {
    Page page = browsing.open();
    page.keyboard().press("/");
    assertThat(page.locator("#command")).isFocused();
    page.keyboard().type("sh -c 'exit 3'");
    page.keyboard().press("Enter");
    long number = added(page);
    assertThat(row(page, number).locator(".state")).hasText("Failed");
    row(page, number).locator("a.what").focus();
    page.keyboard().press("Tab");
    assertThat(page.getByLabel("Retry job " + number)).isFocused();
    page.keyboard().press("Enter");
    browsing.bide().awaitState(number, "FAILED");
    row(page, number).locator("a.what").focus();
    page.keyboard().press("Enter");
    page.waitForURL("**/jobs/" + number);
    assertThat(page.locator("#facts")).containsText("Attempt 2");
  }

  @Test
  void the_form_is_filled_again_from_a_job_and_a_uuid_leads_to_its_page() {
    Page page = browsing.open();
    long number = browsing.bide().addShell("echo again; exit 1");
    page.navigate(browsing.bide().url("/jobs/" + browsing.bide().job(number).text("uuid")));
    page.waitForURL("**/jobs/" + number);
    page.getByText("Edit and add again").click();
    assertThat(page.locator("#command")).hasValue("echo again; exit 1");
    assertThat(page.locator("input[name=shell]")).isChecked();
  }

  @Test
  void what_a_job_is_called_cannot_become_part_of_the_page() {
    Page page = browsing.open();
    String evil =
        "echo '<img src=x onerror=alert(1)>'; echo \"</div><script>alert(2)</script>\" >&2; exit 1 #\u202ereversed";
    long number = browsing.bide().addShell(evil);
    assertThat(row(page, number).locator(".note")).containsText("</div><script>alert(2)</script>");
    assertThat(row(page, number).locator("a.what")).containsText("\\u{202e}reversed");
    row(page, number).locator("a.what").click();
    assertThat(page.locator("#log")).containsText("<img src=x onerror=alert(1)>");
    assertThat(page.locator("#log img, #log script")).hasCount(0);
    assertThat(browsing.complaints()).isEmpty();
  }

  @Test
  void a_list_is_asked_for_by_a_state_too_and_one_that_is_unknown_names_those_there_are() {
    Page page = browsing.open();
    for (String query : new String[] {"state=FAILED", "state=timeout"}) {
      page.navigate(browsing.bide().url("/jobs?" + query));
      assertThat(page.locator("#views [aria-current=true]")).hasText("Failed");
    }
    page.navigate(browsing.bide().url("/jobs?state=PENDING"));
    assertThat(page.locator("#views [aria-current=true]")).containsText("Waiting");
    page.navigate(browsing.bide().url("/jobs?state=done"));
    assertThat(page.locator("#error")).containsText("there are PENDING, RUNNING, COMPLETED");
  }

  @Test
  void a_job_that_is_not_there_is_said_on_a_page() {
    Page page = browsing.open();
    page.navigate(browsing.bide().url("/jobs/999999"));
    assertThat(page.locator("#error")).containsText("999999");
    page.getByRole(AriaRole.MAIN).getByText("Jobs").click();
    page.waitForURL("**/jobs");
    page.navigate(browsing.bide().url("/nowhere"));
    assertThat(page.locator("#error")).containsText("No page of Bide has this address");
  }
}
