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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Takes the pictures of docs/images anew: {@code -Dbide.screenshots=DIRECTORY}. */
@EnabledIfSystemProperty(named = "bide.screenshots", matches = ".+")
final class ScreenshotsTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

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
