package dev.bide.server.page;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What every page has around its content.
 *
 * @param title of the window, without the product's name
 * @param path the address of the page, without its query; empty where nobody knows who asks
 * @param assets what stands in front of a static file's name
 * @param csrf the token that forms carry, or null where nobody is logged in
 * @param now when the page was made: clients count from it, whatever their own clock says
 * @param topics what the page listens for, or null when it does not change by itself
 * @param failedNotices how many notices could not be sent
 * @param alarm what is wrong with the whole server, or null
 */
public record Frame(
    String title,
    String path,
    String assets,
    @Nullable String csrf,
    Instant now,
    @Nullable String topics,
    int failedNotices,
    @Nullable Alarm alarm) {

  /**
   * How a link of the navigation is marked: {@code page} where it leads to the page that is shown,
   * {@code true} where that page is below it, null elsewhere.
   */
  public @Nullable String current(String section) {
    if (path.equals(section)) {
      return "page";
    }
    return path.startsWith(section + "/") ? "true" : null;
  }
}
