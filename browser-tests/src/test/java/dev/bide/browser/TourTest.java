package dev.bide.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One walk through the whole page, watched. */
final class TourTest {
  @RegisterExtension static final Browsing browsing = new Browsing();

  @Test
  void nothing_comes_from_elsewhere_nothing_complains_and_all_of_it_is_small() {
    Page page = browsing.stranger();
    Set<String> files = new TreeSet<>();
    page.onResponse(
        response -> {
          if (response.url().contains("/static/")) {
            files.add(response.url());
          }
        });
    page.navigate(browsing.bide().loginLink());
    page.waitForURL("**/jobs");
    assertThat(page.locator(".empty")).containsText("No jobs yet");
    page.getByText("Add this one").click();
    assertThat(page.locator("#said")).hasText("Added job 1.");
    assertThat(page.locator("#rows .state").first()).hasText("Running");
    page.getByLabel("One slot more in default").click();
    assertThat(page.locator("#queues")).containsText("4 slots");
    page.locator("#rows a.what").first().click();
    assertThat(page.locator("#log")).containsText("5");
    assertThat(page.locator(".job-head .state")).hasText("Completed");
    page.getByText("Retry").click();
    assertThat(page.locator("#facts")).containsText("Attempt 2");
    page.getByText("Attempt 1").click();
    page.waitForURL("**/jobs/1?attempt=1");
    assertThat(page.locator("#log")).containsText("5");
    page.locator(".bar nav a").first().click();
    page.locator("#rows tr a.button").first().click();
    page.locator("dialog button").click();
    page.keyboard().press("r");
    for (String show : List.of("running", "waiting", "completed", "failed")) {
      page.navigate(browsing.bide().url("/jobs?show=" + show));
      assertThat(page.locator("#chip")).hasText("Live");
    }
    page.getByText("Schedules").click();
    page.getByText("New schedule").click();
    page.locator("#name").fill("tour");
    page.locator("#command").fill("true");
    page.locator("#every").fill("2h");
    assertThat(page.locator(".runs li")).hasCount(10);
    page.locator("#save").click();
    page.waitForURL("**/schedules/tour");
    assertThat(page.locator("#chip")).hasText("Live");
    page.getByText("Log out").click();
    page.waitForURL("**/login");
    assertThat(browsing.elsewhere()).isEmpty();
    assertThat(browsing.complaints()).isEmpty();
    int packed =
        files.stream()
            .map(page.request()::get)
            .map(APIResponse::body)
            .mapToInt(TourTest::packed)
            .sum();
    assertThat(packed).isBetween(1, 150_000);
  }

  private static int packed(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packing = new GZIPOutputStream(out)) {
      packing.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.size();
  }
}
