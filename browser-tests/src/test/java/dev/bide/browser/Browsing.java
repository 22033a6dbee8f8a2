package dev.bide.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Chromium and a Bide for the tests of one class. What the browser asks of anybody else, and what
 * it complains about, is written down.
 */
final class Browsing implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private static final List<String> QUIET =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-default-apps",
          "--disable-domain-reliability",
          "--disable-sync",
          "--no-first-run",
          "--no-pings",
          "--metrics-recording-only",
          "--disable-features=OptimizationHints,MediaRouter,InterestFeedContentSuggestions");

  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> elsewhere = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private Playwright playwright;
  private Browser browser;
  private RunningBide bide;

  @Override
  public void beforeAll(ExtensionContext context) {
    bide = RunningBide.start();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of(System.getProperty("chromium", "/usr/bin/chromium")))
                    .setArgs(QUIET));
    PlaywrightAssertions.setDefaultAssertionTimeout(15_000);
  }

  RunningBide bide() {
    return bide;
  }

  /** Requests to any other host, since the class began. */
  List<String> elsewhere() {
    return elsewhere;
  }

  /** Errors in the console and in scripts, since the test began. */
  List<String> complaints() {
    return complaints;
  }

  /** Someone else's browser: nobody is logged in. */
  Page stranger() {
    return stranger(new Browser.NewContextOptions());
  }

  Page stranger(Browser.NewContextOptions options) {
    BrowserContext context = browser.newContext(options);
    contexts.add(context);
    context.onRequest(
        request -> {
          if (!request.url().startsWith(bide.url("/"))) {
            elsewhere.add(request.url());
          }
        });
    context.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text() + " " + message.location());
          }
        });
    context.onWebError(error -> complaints.add(error.error()));
    return context.newPage();
  }

  /** A browser that is logged in and shows the jobs. */
  Page open() {
    return open(new Browser.NewContextOptions().setViewportSize(1280, 800));
  }

  Page open(Browser.NewContextOptions options) {
    Page page = stranger(options);
    if (Boolean.FALSE.equals(options.javaScriptEnabled)) {
      page.navigate(bide.url("/login"));
      page.locator("#token").fill(bide.token());
      page.locator("#login button").click();
    } else {
      page.navigate(bide.loginLink());
    }
    page.waitForURL(bide.url("/jobs"));
    return page;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    complaints.clear();
    if (context.getExecutionException().isPresent()) {
      bide.tidy();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (browser != null) {
      browser.close();
      playwright.close();
    }
    if (bide != null) {
      bide.close();
    }
  }
}
