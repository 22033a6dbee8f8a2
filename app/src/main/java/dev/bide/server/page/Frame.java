package dev.bide.server.page;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What every page has around its content.
 *
 * @param title of the window, without the product's name
 * @param assets what stands in front of a static file's name
 * @param csrf the token that forms carry, or null where nobody is logged in
 * @param now when the page was made: clients count from it, whatever their own clock says
 * @param topics what the page listens for, or null when it does not change by itself
 */
public record Frame(
    String title, String assets, @Nullable String csrf, Instant now, @Nullable String topics) {}
