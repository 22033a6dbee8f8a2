package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people do with schedules. */
final class SchedulesPageTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static final String GAP = "the clocks go forward: runs at the end of the gap";
  private static final String TWICE = "this time comes twice: runs once";

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

  private static Locator row(Page page, String name) {
    return page.locator("tr[data-key='" + name + "']");
  }

  private static void kind(Page page, String kind) {
    page.locator("input[name=kind][value=" + kind + "]").check();
  }

  private static Locator run(Page page, String day) {
    return page.locator(".runs li").filter(new Locator.FilterOptions().setHasText(day));
  }

  @Test
  void a_schedule_is_added_with_a_preview_that_marks_both_changes_of_the_clocks() {
    Page page = open("/schedules/new");
    page.locator("#name").fill("nightly");
    page.locator("#command").fill("echo night");
    kind(page, "cron");
    page.locator("#cron").fill("30 2 * * *");
    page.locator("#zone").fill("Europe/Berlin");
    page.locator("#start").fill("2040-10-27");
    assertThat(run(page, "28 Oct 2040").locator(".mark")).hasText(TWICE);
    page.locator("#start").fill("2040-03-24");
    assertThat(run(page, "25 Mar 2040").locator(".mark")).hasText(GAP);
    assertThat(run(page, "25 Mar 2040").locator(".at")).hasText("Sun 25 Mar 2040 03:00");
    assertThat(page.locator(".runs li")).hasCount(10);
    assertThat(page.locator("#preview-words")).hasText("Every day at 02:30.");
    page.locator("#save").click();
    page.waitForURL("**/schedules/nightly");
    assertThat(page.locator("#said")).hasText("The schedule is added.");
    assertThat(run(page, "25 Mar 2040").locator(".mark")).hasText(GAP);
    page.locator(".bar nav").getByText("Schedules").click();
    assertThat(row(page, "nightly")).containsText("Every day at 02:30");
    assertThat(row(page, "nightly").locator(".state")).hasText("Active");
  }

  @Test
  void a_reader_in_another_zone_sees_both_clocks() {
    Page page =
        show(
            browsing.open(new Browser.NewContextOptions().setTimezoneId("America/New_York")),
            "/schedules/new");
    kind(page, "at");
    page.locator("#zone").fill("Europe/Berlin");
    page.locator("#at").fill("2040-07-01 09:00\n2040-07-02 09:00");
    assertThat(page.locator(".runs .yours").first()).hasText("Sun 1 Jul 03:00 in America/New_York");
    page.locator("#zone").fill("America/New_York");
    assertThat(page.locator(".runs .yours").first()).isHidden();
  }

  @Test
  void what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept() {
    Page page = open("/schedules/new");
    kind(page, "cron");
    page.locator("#cron").fill("30 2 *");
    assertThat(page.locator("#preview-words")).containsText("has 3 fields; cron wants 5");
    assertThat(page.locator("#cron-wrong")).hasCount(0);
    page.locator("#zone").fill("Berlin");
    page.locator("#jitter").evaluate("field => (field.closest('details').open = true)");
    page.locator("#jitter").fill("10");
    page.locator("#save").click();
    assertThat(page.locator("#name-wrong")).hasText("Give it a name, such as nightly.");
    assertThat(page.locator("#command-wrong")).hasText("Type a command first.");
    assertThat(page.locator("#cron-wrong")).containsText("has 3 fields; cron wants 5");
    assertThat(page.locator("#zone-wrong")).containsText("did you mean Europe/Berlin?");
    assertThat(page.locator("#jitter-wrong")).containsText("of what?");
    assertThat(page.locator("#cron")).hasValue("30 2 *");
    assertThat(page.locator("#cron")).hasAttribute("aria-invalid", "true");
    assertThat(page.locator("#cron")).isVisible();
    assertThat(page.locator("#name")).isFocused();
    page.locator("#zone").fill("Europe/Berlin");
    page.locator("#cron").fill("30 2 * * *");
    page.locator("#jitter").fill("");
    assertThat(page.locator("#cron-wrong")).hasCount(0);
    assertThat(page.locator(".runs li")).hasCount(10);
  }

  @Test
  void a_line_for_a_shell_is_asked_about_and_a_program_that_was_meant_is_offered()
      throws IOException {
    Files.writeString(browsing.bide().directory().resolve("countdown.py"), "print(1)\n");
    Page page = open("/schedules/new");
    page.locator("#name").fill("shell");
    page.locator("#command").fill("date | cat");
    page.locator("#every").fill("2h");
    page.locator("#save").click();
    assertThat(page.locator("#command-wrong")).containsText("unquoted |");
    page.locator("#command-wrong button[value=shell]").click();
    page.waitForURL("**/schedules/shell");
    assertThat(page.locator("#facts")).containsText("date | cat");
    show(page, "/schedules/new");
    page.locator("#name").fill("meant");
    page.locator("#command").fill("countdown.py 10");
    page.locator("#directory").fill(browsing.bide().directory().toString());
    page.locator("#every").fill("2h");
    page.locator("#save").click();
    assertThat(page.locator("#command-wrong")).containsText("did you mean");
    assertThat(page.locator("#command")).hasValue("countdown.py 10");
    page.locator("#command-wrong button").click();
    page.waitForURL("**/schedules/meant");
    assertThat(page.locator("#facts")).containsText("python3 countdown.py 10");
  }

  @Test
  void a_schedule_is_paused_resumed_and_run_by_hand_in_the_list() {
    browsing.bide().schedule(Map.of("name", "acts", "everySeconds", 86_400));
    Page page = open("/schedules");
    assertThat(page.locator("#chip")).hasText("Live");
    page.getByLabel("Pause acts").click();
    assertThat(row(page, "acts").locator(".state")).hasText("Paused");
    assertThat(row(page, "acts")).containsText("paused by hand");
    page.getByLabel("Resume acts").click();
    assertThat(row(page, "acts").locator(".state")).hasText("Active");
    page.getByLabel("Run now: acts").click();
    assertThat(row(page, "acts").locator(".last-cell")).containsText("asked for by hand");
    row(page, "acts").locator(".last-cell a").click();
    assertThat(page.locator("#facts")).containsText("acts, for");
    page.locator("#facts").getByText("acts", new Locator.GetByTextOptions().setExact(true)).click();
    page.waitForURL("**/schedules/acts");
    Locator first = page.locator("#history tbody tr").first();
    assertThat(first).containsText("asked for by hand");
    assertThat(first.locator(".state")).hasText("Completed");
  }

  @Test
  void what_the_command_line_changes_is_seen_at_once() {
    Page page = open("/schedules");
    assertThat(page.locator("#chip")).hasText("Live");
    browsing.bide().schedule(Map.of("name", "elsewhere", "everySeconds", 3_600));
    assertThat(row(page, "elsewhere")).containsText("Every 1");
    browsing.bide().post("/api/v1/schedules/elsewhere/pause");
    assertThat(row(page, "elsewhere").locator(".state")).hasText("Paused");
    row(page, "elsewhere").locator("a.what").click();
    assertThat(page.locator("#next-runs")).containsText("None while it is paused");
    assertThat(page.locator("#chip")).hasText("Live");
    browsing.bide().post("/api/v1/schedules/elsewhere/resume");
    assertThat(page.locator("#next-runs li")).hasCount(10);
    browsing.bide().delete("/api/v1/schedules/elsewhere");
    page.waitForURL("**/schedules");
    assertThat(page.locator("#said")).containsText("elsewhere is removed");
  }

  @Test
  void a_schedule_is_edited_made_up_for_and_removed_after_a_question() {
    browsing
        .bide()
        .schedule(Map.of("name", "edited", "cron", "0 3 * * *", "zone", "UTC", "pauseAfter", 3));
    Page page = open("/schedules/edited/edit");
    assertThat(page.locator("#cron")).hasValue("0 3 * * *");
    assertThat(page.locator("#pauseAfter")).hasValue("3");
    page.locator("#cron").fill("0 4 * * 1-5");
    page.locator("#save").click();
    page.waitForURL("**/schedules/edited");
    assertThat(page.locator(".standing")).containsText("Monday to Friday at 04:00");
    page.locator("#from").fill("yesterday");
    page.locator("#backfill button").click();
    assertThat(page.locator("#from-wrong")).containsText("not understood as a time");
    assertThat(page.locator("#to-wrong")).isVisible();
    assertThat(page.locator("#from")).hasValue("yesterday");
    page.locator("#from").fill("2026-11-02");
    page.locator("#to").fill("2026-11-03");
    page.locator("#backfill button").click();
    assertThat(page.locator("#said")).hasText("2 runs to make up for, one after another.");
    assertThat(page.locator("#history tbody tr")).hasCount(2);
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Remove…")).click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog.getByText("Keep it")).isFocused();
    dialog.getByText("Remove the schedule").click();
    page.waitForURL(Pattern.compile(".*/schedules$"));
    assertThat(row(page, "edited")).hasCount(0);
  }

  @Test
  void without_scripts_a_schedule_is_previewed_added_paused_run_and_removed() {
    Page page = withoutScripts("/schedules/new");
    page.locator("#name").fill("plain");
    page.locator("#command").fill("echo plain");
    kind(page, "cron");
    page.locator("#cron").fill("30 2 25 3 *");
    page.locator("#zone").fill("Europe/Berlin");
    page.locator("#start").fill("2040-03-01");
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Preview")).click();
    assertThat(page.locator(".runs li").first()).containsText(GAP);
    assertThat(page.locator("#command")).hasValue("echo plain");
    page.locator("#save").click();
    page.waitForURL(Pattern.compile(".*/schedules/plain\\?added=yes"));
    page.getByText("Pause", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator(".job-head .state")).hasText("Paused");
    page.getByText("Run now").click();
    assertThat(page.locator("#history")).containsText("asked for by hand");
    page.getByText("Remove…").click();
    page.getByText("Remove the schedule").click();
    assertThat(page.locator("#said")).containsText("plain is removed");
  }

  @Test
  void a_job_that_waits_for_its_time_says_so_with_its_own_sign() {
    long number =
        browsing
            .bide()
            .addAll(List.of(Map.of("command", List.of("true"), "beginAt", "2040-01-02T03:04:00Z")))
            .get(0);
    Page page = browsing.open(new Browser.NewContextOptions().setTimezoneId("Europe/Berlin"));
    Locator state = page.locator("tr[data-key='" + number + "'] .state");
    assertThat(state).hasText("Scheduled 2 Jan 2040 04:04");
    assertThat(state.locator("use")).hasAttribute("href", "#i-scheduled");
    page.getByLabel("Cancel job " + number).click();
    assertThat(state).hasText("Cancelled");
  }

  @Test
  void hostile_words_in_commands_times_and_addresses_stay_text() {
    String evil = "echo '</td><script>alert(1)</script><img src=x onerror=alert(2)>'\u202e";
    browsing
        .bide()
        .schedule(
            Map.of(
                "name",
                "new",
                "everySeconds",
                3_600,
                "job",
                Map.of("shell", evil, "directory", "/")));
    Page page = open("/schedules");
    assertThat(row(page, "new")).containsText("</td><script>alert(1)</script>");
    assertThat(row(page, "new")).containsText("\\u{202e}");
    row(page, "new").locator("a.what").click();
    assertThat(page.locator("h1")).hasText("new");
    assertThat(page.locator("#facts")).containsText("<img src=x onerror=alert(2)>");
    page.getByText("Edit", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("#command")).hasValue(evil);
    for (String field : List.of("zone", "every", "first", "start")) {
      page.locator("#" + field).fill("\"><img src=x onerror=alert(3)>");
    }
    assertThat(page.locator("#preview-words")).containsText("onerror=alert(3)");
    page.locator("#save").click();
    assertThat(page.locator("#start-wrong")).containsText("onerror=alert(3)");
    show(page, "/schedules?removed=%3Cscript%3Ealert(4)%3C/script%3E");
    assertThat(page.locator("#said")).hasCount(0);
    assertThat(page.locator("main img, main script")).hasCount(0);
    assertThat(browsing.complaints()).allMatch(line -> line.startsWith("Failed to load resource"));
  }
}
