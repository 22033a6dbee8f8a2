package dev.bide.server.page;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether somebody would rather have a page than JSON (RFC 9110, 12.5.1). Pure. */
final class Preference {
  private Preference() {}

  /** True when the header names pages, and nothing of JSON that is wanted more or named before. */
  static boolean isPage(@Nullable String accept) {
    double page = 0;
    double json = 0;
    for (String one : accept == null ? new String[0] : accept.split(",", -1)) {
      String[] parts = one.toLowerCase(Locale.ROOT).strip().split("\\s*;\\s*", -1);
      double weight = weight(parts);
      if (parts[0].equals("text/html") || parts[0].equals("application/xhtml+xml")) {
        // what is named first wins among equals
        page = Math.max(page, json < weight ? weight : 0);
      } else if (parts[0].equals("application/json")
          || parts[0].equals("application/problem+json")) {
        json = Math.max(json, weight);
      }
    }
    return page > 0 && page >= json;
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].startsWith("q=")) {
        try {
          return Double.parseDouble(parts[i].substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
