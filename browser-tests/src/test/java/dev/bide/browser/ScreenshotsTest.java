package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Takes the pictures of docs/images anew, and those of schedules: {@code
 * -Dbide.screenshots=DIRECTORY}.
 */
@EnabledIfSystemProperty(named = "bide.screenshots", matches = ".+")
final class ScreenshotsTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  private static final Receiver gone = Receiver.gone();

  @AfterAll
  static void close() {
    gone.close();
  }

  private static final Path FOLDER = Path.of(System.getProperty("bide.screenshots", "target"));

  @Test
  void the_pages_in_both_themes_and_widths() throws IOException {
    Files.createDirectories(FOLDER);
    shoot("empty", "/jobs", 560);
    makeJobs();
    shoot("jobs", "/jobs", 720);
    shoot("log", "/jobs/6", 720);
    shoot("failed", "/jobs/3", 720);
    Page page = browsing.open(options(1280, 560, ColorScheme.LIGHT));
    page.locator("#command").fill("countdown.py 10");
    page.locator("#add-button").click();
    assertThat(page.locator("#problem")).isVisible();
    save(page, "suggestion");
    page.navigate(browsing.bide().url("/jobs"));
    page.locator("tr[data-key='6']").getByText("Cancel…").click();
    assertThat(page.locator("dialog")).isVisible();
    save(page, "question");
    Page stranger = browsing.stranger(options(1280, 560, ColorScheme.DARK));
    stranger.navigate(browsing.bide().url("/login"));
    save(stranger, "login");
  }

  @Test
  void the_pages_of_schedules_in_both_themes_and_widths() throws IOException {
    Files.createDirectories(FOLDER);
    shoot("schedules-empty", "/schedules", 560);
    makeSchedules();
    shoot("schedules", "/schedules", 720);
    shoot("schedule", "/schedules/nightly", 900);
    shoot("schedule-paused", "/schedules/backup", 720);
    shoot("jobs-scheduled", "/jobs", 720);
    shoot("job-of-schedule", "/jobs/3", 720);
    for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      for (int width : new int[] {1280, 390}) {
        Page page = browsing.open(options(width, width < 500 ? 844 : 900, scheme));
        String ending = "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        page.navigate(browsing.bide().url("/schedules/new"));
        saveWhole(page, "plan-empty" + ending);
        page.locator("#name").fill("quarterly");
        page.locator("#command").fill("python3 report.py --since 'last quarter'");
        page.locator("input[value=cron]").check();
        page.locator("#cron").fill("30 2 28-31 3,10 *");
        page.locator("#zone").fill("Europe/Berlin");
        page.locator("#start").fill("2027-03-27");
        assertThat(page.locator(".runs .mark")).hasCount(2);
        saveWhole(page, "plan" + ending);
        page.locator("#cron").fill("30 2 *");
        page.locator("#zone").fill("Berlin");
        page.locator("#save").click();
        assertThat(page.locator("#cron-wrong")).isVisible();
        saveWhole(page, "plan-wrong" + ending);
        page.context().close();
      }
    }
    Page abroad =
        browsing.open(options(1280, 900, ColorScheme.LIGHT).setTimezoneId("America/New_York"));
    abroad.navigate(browsing.bide().url("/schedules/nightly"));
    assertThat(abroad.locator("#chip")).hasText("Live");
    saveWhole(abroad, "schedule-abroad");
  }

  @Test
  void the_pages_of_settings_in_both_themes_and_widths() throws IOException {
    Files.createDirectories(FOLDER);
    shootWhole("notices-empty", "/settings/notifications");
    shootWhole("server-empty", "/settings/server");
    RunningBide bide = browsing.bide();
    bide.configure(
        """
        notify-allow = ["127.0.0.1"]
        notify = ["failure=slack+https://hooks.slack.com/services/T0/B0/secret"]
        [keep]
        failed = "180d"
        logs = "20GB"
        [keep.queue.nightly]
        age = "14d"
        """);
    makeJobs();
    bide.post("/api/v1/jobs/3/pin");
    long told =
        bide.addAll(
                List.of(
                    Map.of(
                        "shell",
                        "sleep 0.2; exit 3",
                        "directory",
                        bide.directory().toString(),
                        "notify",
                        List.of("end=" + gone.url() + "/hook", "end=command:notify-send done"))))
            .get(0);
    bide.slots(5);
    bide.awaitState(told, "FAILED");
    bide.slots(3);
    bide.endedBefore(java.time.Duration.ofDays(40), 1, 2);
    Page page = browsing.open();
    page.navigate(bide.url("/settings/notifications"));
    assertThat(page.locator("#failed tbody tr").first()).isVisible();
    assertThat(page.locator("#waiting")).containsText("notify-send");
    page.context().close();
    shootWhole("notices", "/settings/notifications");
    shootWhole("server", "/settings/server");
    shootWhole("retention", "/settings/retention");
    shootWhole("retention-removed", "/settings/retention?removed=214&bytes=1200000000&left=0");
    shoot("job-untold", "/jobs/" + told, 720);
    shoot("job-pinned", "/jobs/3", 720);
    shoot("jobs-badge", "/jobs", 720);
    Page asks = browsing.open(options(1280, 720, ColorScheme.LIGHT));
    asks.navigate(bide.url("/settings/retention"));
    asks.getByLabel("Remove… jobs older than 30 days").click();
    assertThat(asks.locator("dialog")).isVisible();
    save(asks, "retention-question");
    for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      for (int width : new int[] {1280, 390}) {
        try (FullServer full = FullServer.start()) {
          Page low = browsing.stranger(options(width, 844, scheme));
          low.navigate(full.loginLink());
          low.waitForURL("**/jobs");
          String ending = "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
          saveWhole(low, "low-jobs" + ending);
          low.navigate(full.url("/settings/retention"));
          saveWhole(low, "low-retention" + ending);
          low.context().close();
        }
      }
    }
  }

  private static void shootWhole(String name, String path) {
    for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      for (int width : new int[] {1280, 390}) {
        Page page = browsing.open(options(width, 844, scheme));
        page.navigate(browsing.bide().url(path));
        assertThat(page.locator("#chip")).hasText("Live");
        saveWhole(page, name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT));
        page.context().close();
      }
    }
  }

  private static void makeSchedules() throws IOException {
    RunningBide bide = browsing.bide();
    write("report.py", "print('written')\n");
    bide.schedule(
        Map.of(
            "name",
            "nightly",
            "cron",
            "30 2 * * *",
            "zone",
            "Europe/Berlin",
            "job",
            Map.of(
                "command",
                List.of("python3", "report.py"),
                "directory",
                bide.directory().toString())));
    bide.schedule(
        Map.of(
            "name",
            "backup",
            "everySeconds",
            7_200,
            "pauseAfter",
            1,
            "job",
            Map.of(
                "shell",
                "rsync -a runs/ /mnt/backup/ && echo done",
                "directory",
                bide.directory().toString())));
    bide.schedule(
        Map.of(
            "name", "release", "at", List.of("2027-01-11T08:00:00Z"), "zone", "America/New_York"));
    bide.schedule(
        Map.of("name", "month-end", "cron", "0 9-17/2 15W,L * *", "zone", "Asia/Kolkata"));
    bide.post("/api/v1/schedules/nightly/run");
    bide.post("/api/v1/schedules/backup/run");
    bide.backfill("nightly", "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z");
    Page page = browsing.open();
    page.navigate(bide.url("/schedules/nightly"));
    assertThat(page.locator("#history .state.completed")).hasCount(4);
    page.navigate(bide.url("/schedules/backup"));
    assertThat(page.locator(".job-head .state")).hasText("Paused");
    bide.addAll(
        List.of(
            Map.of("command", List.of("python3", "train.py"), "beginAt", "2027-01-02T03:04:00Z"),
            Map.of("shell", "./evaluate.sh", "beginAt", "2026-12-31T08:00:00Z")));
  }

  private static void saveWhole(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(FOLDER.resolve(name + ".png")).setFullPage(true));
  }

  private static void makeJobs() throws IOException {
    RunningBide bide = browsing.bide();
    write(
        "train.py",
        "import sys, time\nprint('training with', *sys.argv[1:])\nfor e in range(1, 400):\n    print(f'\\033[1mepoch {e:3}\\033[0m  loss \\033[36m{2.3 / (e ** 0.4):.4f}\\033[0m  accuracy \\033[32m{1 - 0.9 / (e ** 0.5):.3f}\\033[0m', flush=True)\n    time.sleep(0.05 if e < 46 else 1)\n");
    write("prepare.py", "print('412 shards written')\n");
    write(
        "export.py",
        "print('exporting 3 of 9')\nraise OSError(28, 'No space left on device', '/scratch/exp7/checkpoint-000412.pt')\n");
    write("countdown.py", "print(1)\n");
    end(bide, "python3 prepare.py --split train", "COMPLETED");
    end(bide, "rsync -a runs/ backup/", "FAILED");
    end(bide, "python3 export.py --checkpoint runs/large/epoch-49.pt", "FAILED");
    long stopped = bide.addShell("ffmpeg -i talk.mov talk.mp4 2>/dev/null || sleep 300");
    bide.awaitState(stopped, "RUNNING");
    Page page = browsing.open();
    page.navigate(bide.url("/jobs/" + stopped + "/cancel"));
    page.getByText("Cancel the job").click();
    bide.awaitState(stopped, "CANCELLED");
    end(bide, "python3 prepare.py --split test", "COMPLETED");
    add(bide, "python3 train.py --config big.yaml --seed 7");
    add(bide, "python3 train.py --config big.yaml --seed 8");
    add(bide, "./embed.sh corpus-c7 || sleep 600");
    add(bide, "python3 train.py --config huge.yaml");
    add(bide, "python3 evaluate.py --checkpoint runs/large/epoch-49.pt --split test");
    page.navigate(bide.url("/jobs/6"));
    assertThat(page.locator("#log")).containsText("epoch  46");
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(browsing.bide().directory().resolve(name), text);
  }

  private static void add(RunningBide bide, String line) {
    bide.addShell(line);
  }

  private static void end(RunningBide bide, String line, String state) {
    bide.awaitState(bide.addShell(line), state);
  }

  private static Browser.NewContextOptions options(int width, int height, ColorScheme scheme) {
    return new Browser.NewContextOptions()
        .setViewportSize(width, height)
        .setTimezoneId("Europe/Berlin")
        .setColorScheme(scheme);
  }

  private static void shoot(String name, String path, int height) {
    for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      for (int width : new int[] {1280, 390}) {
        Page page = browsing.open(options(width, width < 500 ? 844 : height, scheme));
        page.navigate(browsing.bide().url(path));
        assertThat(page.locator("#chip")).hasText("Live");
        if (path.equals("/jobs/6")) {
          assertThat(page.locator("#log .c6").first()).isAttached();
        }
        save(page, name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT));
        page.context().close();
      }
    }
  }

  /** As if it had happened in somebody's home: the folder of a test means nothing to a reader. */
  private static void save(Page page, String name) {
    page.evaluate(
        """
        ([work, root]) => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const home = (text) => text.replaceAll(work, "/home/ada/exp7").replaceAll(root + "/home", "/home/ada/.local/share/bide");
          while (walker.nextNode()) {
            walker.currentNode.data = home(walker.currentNode.data);
          }
          document.querySelectorAll("#directory").forEach((field) => (field.value = home(field.value)));
        }
        """,
        List.of(
            browsing.bide().directory().toString(),
            browsing.bide().directory().getParent().toString()));
    page.screenshot(new Page.ScreenshotOptions().setPath(FOLDER.resolve(name + ".png")));
  }
}
