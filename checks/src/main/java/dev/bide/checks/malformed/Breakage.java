package dev.bide.checks.malformed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A way to break a request.
 *
 * @param fits whether a draft can be broken so
 * @param apply does it
 */
record Breakage(String name, Predicate<Draft> fits, Consumer<Draft> apply) {
  /** All there are. */
  static final List<Breakage> ALL = all();

  private static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(BodyBreakages.all());
    all.addAll(TargetBreakages.all());
    all.addAll(HeaderBreakages.all());
    all.addAll(FramingBreakages.all());
    return List.copyOf(all);
  }

  /** Breaks a draft in one way, and sometimes in more. */
  static void breakIn(Draft draft) {
    for (int count = draft.random.nextInt(5) == 0 ? 2 : 1; count > 0 && !draft.alone; count--) {
      Breakage way;
      do {
        way = draft.one(ALL);
      } while (!way.fits.test(draft));
      draft.ways.add(way.name);
      way.apply.accept(draft);
    }
  }
}
