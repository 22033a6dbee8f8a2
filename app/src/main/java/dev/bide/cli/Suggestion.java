package dev.bide.cli;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the word that was probably meant. Pure. */
public final class Suggestion {
  private Suggestion() {}

  /** The nearest of the known words, or null when none is near enough to be a slip. */
  public static @Nullable String nearest(String typed, Collection<String> known) {
    String best = null;
    int least = Math.max(1, Math.min(3, typed.length() / 3)) + 1;
    for (String word : known) {
      int distance = distance(typed, word);
      if (distance < least) {
        least = distance;
        best = word;
      }
    }
    return best;
  }

  /** {@code : did you mean X?} or nothing. */
  static String hint(String typed, Collection<String> known) {
    return hint(typed, known, "");
  }

  /** The same, or something else where no word is near. */
  public static String hint(String typed, Collection<String> known, String otherwise) {
    String near = nearest(typed, known);
    return near == null ? otherwise : ": did you mean " + near + "?";
  }

  /** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
  static int distance(String one, String other) {
    int[][] cost = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        int least =
            Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + replace);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          least = Math.min(least, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = least;
      }
    }
    return cost[one.length()][other.length()];
  }
}
