package dev.bide.server;

import java.util.Collection;
import java.util.Optional;

/** What a person probably meant. */
public final class DidYouMean {
  private static final int LONGEST = 64;
  private static final int SHORTEST_START = 3;

  private DidYouMean() {}

  /** The known word that is nearest to the one that was said, if one is near at all. */
  public static Optional<String> nearest(String said, Collection<String> known) {
    String best = null;
    int least = Math.max(1, Math.min(3, said.length() / 2)) + 1;
    for (String word : known) {
      boolean cutShort = said.length() >= SHORTEST_START && word.startsWith(said);
      int distance = cutShort ? 1 : distance(said, word);
      if (distance < least) {
        least = distance;
        best = word;
      }
    }
    return Optional.ofNullable(best);
  }

  /** ": did you mean X?" or nothing. */
  public static String hint(String said, Collection<String> known) {
    return nearest(said, known).map(DidYouMean::asked).orElse("");
  }

  /** ": did you mean X?". */
  static String asked(String word) {
    return ": did you mean " + word + "?";
  }

  /** Insertions, deletions and replacements between two words, large and small letters equal. */
  private static int distance(String one, String other) {
    if (one.length() > LONGEST || other.length() > LONGEST) {
      return LONGEST;
    }
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        boolean same =
            Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1));
        int replaced = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
