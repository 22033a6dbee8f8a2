package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.bide.checks.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log of a job: its end, its colours, and following that never takes the scroll away. */
final class LogTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static Page open(long number) {
    Page page = browsing.open();
    page.navigate(browsing.bide().url("/jobs/" + number));
    return page;
  }

  private static int top(Page page) {
    return ((Number) page.locator("#log").evaluate("log => Math.round(log.scrollTop)")).intValue();
  }

  private static boolean atTheEnd(Page page) {
    return (Boolean)
        page.locator("#log")
            .evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight < 4");
  }

  @Test
  void following_never_takes_the_scroll_from_whoever_reads() {
    long number =
        browsing
            .bide()
            .addShell(
                "i=0; while :; do i=$((i+1)); echo \"line $i of a busy job\";"
                    + " [ $((i % 50)) = 0 ] && sleep 0.05; done");
    Page page = open(number);
    assertThat(page.locator("#log")).containsText("line 200 ");
    Awaitility.await("it follows").until(() -> atTheEnd(page));
    page.locator("#log").hover();
    page.mouse().wheel(0, -400);
    assertThat(page.locator("#follow")).not().isChecked();
    int top = top(page);
    String before = firstVisible(page);
    assertThat(page.locator(".log-box .pill"))
        .hasText(Pattern.compile("[1-9],\\d{3} new lines · Follow"));
    assertThat(page.locator("#log-told")).hasText(Pattern.compile("[1-9][\\d,]* new lines"));
    assertThat(page.locator("#log-size")).hasText(Pattern.compile("[1-9][\\d.]* [kM]B"));
    assertThat(top(page)).isEqualTo(top);
    assertThat(firstVisible(page)).isEqualTo(before);
    page.locator(".log-box .pill").click();
    Awaitility.await("it follows again").until(() -> atTheEnd(page));
    assertThat(page.locator("#follow")).isChecked();
    assertThat(page.locator(".log-box .pill")).hasCount(0);
    page.locator("#log").press("PageUp");
    assertThat(page.locator("#follow")).not().isChecked();
    page.locator("#log").press("End");
    assertThat(page.locator("#follow")).isChecked();
    page.locator("#log div").last().evaluate("line => getSelection().selectAllChildren(line)");
    assertThat(page.locator("#follow")).not().isChecked();
    page.locator("a[href$='/cancel']").click();
    page.getByText("Cancel the job").click();
    assertThat(page.locator(".job-head .state")).hasText("Cancelled");
  }

  private static String firstVisible(Page page) {
    return (String)
        page.locator("#log")
            .evaluate(
                "log => { const box = log.getBoundingClientRect();"
                    + " return document.elementFromPoint(box.left + 30, box.top + 30).textContent }");
  }

  @Test
  void colours_are_shown_and_every_other_sequence_is_dropped() {
    long number =
        browsing
            .bide()
            .addShell(
                "printf '\\033[31mred\\033[0m \\033[1;38;5;208morange\\033[0m"
                    + " \\033[48;2;10;200;30mback\\033[m \\033]0;title\\007plain \\033[2Kkept"
                    + " \\033]8;;http://evil.example\\033\\\\link\\033]8;;\\033\\\\ \\033[?25l\\n'");
    Page page = open(number);
    assertThat(page.locator("#log div").first()).hasText("red orange back plain kept link ");
    assertThat(page.locator("#log .c1")).hasText("red");
    assertThat(page.locator("#log .bold.fore")).hasText("orange");
    assertThat(page.locator("#log .on.back")).hasText("back");
    assertThat(page.locator("#log a")).hasCount(0);
    assertThat(browsing.complaints()).isEmpty();
  }

  @Test
  void a_progress_bar_is_one_line_and_shows_its_latest_state() {
    Gate goOn = browsing.bide().gate();
    long number =
        browsing
            .bide()
            .addShell(
                "for i in 10 20 30; do printf 'at %s%%\\r' $i; sleep 0.3; done; "
                    + goOn.await()
                    + "; printf 'at 100%%\\r\\ndone\\n'; sleep 60");
    Page page = open(number);
    assertThat(page.locator("#log div").first()).hasText("at 30%");
    assertThat(page.locator("#log div")).hasCount(1);
    goOn.open();
    assertThat(page.locator("#log div").first()).hasText("at 100%");
    assertThat(page.locator("#log div")).hasCount(2);
    page.locator("a[href$='/cancel']").click();
    page.getByText("Cancel the job").click();
    assertThat(page.locator(".job-head .state")).hasText("Cancelled");
  }

  @Test
  void bytes_that_are_no_text_and_controls_are_shown_safely() {
    long number =
        browsing.bide().addShell("printf 'a\\377b \\001\\b \\342\\200\\256x \\303\\244\\n'");
    Page page = open(number);
    assertThat(page.locator("#log div").first()).hasText("a\ufffdb \\x01\\x08 \\u{202e}x ä");
  }

  @Test
  void a_long_log_opens_at_its_end_and_shows_earlier_lines_when_asked() throws IOException {
    long number = browsing.bide().addShell("seq -f 'line number %.0f' 1 40000");
    browsing.bide().awaitState(number, "COMPLETED");
    Page page = open(number);
    assertThat(page.locator("#log div").last()).hasText("line number 40000");
    assertThat(page.locator("#log > div:not(.cut)")).hasCount(1000);
    Locator first = page.locator("#log > div:not(.cut)").first();
    assertThat(first).hasText("line number 39001");
    page.getByText("Show earlier lines").click();
    assertThat(first).not().hasText("line number 39001");
    String shown = first.innerText();
    int from = Integer.parseInt(shown.replaceAll("\\D", ""));
    assertThat(from).isLessThan(30_000);
    assertThat(page.locator("#log > div:not(.cut)")).hasCount(40_000 - from + 1);
    Download download = page.waitForDownload(() -> page.getByText("Whole log").click());
    assertThat(Files.readString(download.path())).startsWith("line number 1\n").endsWith("40000\n");
  }

  @Test
  void a_log_without_a_line_says_so() {
    long silent = browsing.bide().addShell("true");
    browsing.bide().awaitState(silent, "COMPLETED");
    assertThat(open(silent).locator("#log")).hasText("It printed nothing.");
    long quiet = browsing.bide().addShell("sleep 60");
    Page page = open(quiet);
    assertThat(page.locator("#log")).containsText("No output yet");
    page.locator("a[href$='/cancel']").click();
    page.getByText("Cancel the job").click();
    assertThat(page.locator("#log")).hasText("It printed nothing.");
  }

  @Test
  void a_waiting_job_gets_its_log_when_it_starts() {
    browsing.bide().slots(1);
    Gate end = browsing.bide().gate();
    long first = browsing.bide().addShell(end.await());
    long second = browsing.bide().addShell("echo here I am");
    Page page = open(second);
    assertThat(page.locator("#log")).containsText("Not started yet");
    end.open();
    assertThat(page.locator("#log")).containsText("here I am");
    assertThat(page.locator(".job-head .state")).hasText("Completed");
    browsing.bide().awaitState(first, "COMPLETED");
    browsing.bide().slots(3);
  }

  @Test
  void on_a_phone_the_facts_follow_a_short_log_that_has_ended() {
    RunningBide bide = browsing.bide();
    long number =
        bide.addAll(
                java.util.List.of(
                    java.util.Map.of(
                        "command", java.util.List.of("echo", "done"), "name", "a short one")))
            .get(0);
    bide.awaitState(number, "COMPLETED");
    Page page =
        browsing.open(
            new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(390, 844));
    page.navigate(bide.url("/jobs/" + number));
    assertThat(page.locator("#log")).containsText("done");
    assertThat(page.locator("#log").boundingBox().height).isLessThan(200);
    assertThat(page.locator("#facts").boundingBox().y).isLessThan(844);
    assertThat(page.locator("h1")).containsText("a short one");
    assertThat(page.locator("h1 code")).hasText("echo done");
    page.getByText("Remove…").click();
    assertThat(page.locator("dialog .what")).hasText("a short one echo done");
  }
}
