package dev.bide.engine.simulation;

import dev.bide.engine.simulation.Action.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * All that a seed decides. Every seed leaves out some kinds of trouble altogether, so that the
 * others get further (<a href="https://users.cs.utah.edu/~regehr/papers/swarm12.pdf">Groce et al.,
 * Swarm Testing, 2012</a>).
 *
 * @param answersAtOnce askers are answered within the turn, not when an action says so
 * @param adoptionIsToldLate what became of open attempts is not all told when a server starts
 */
record Plan(long seed, boolean answersAtOnce, boolean adoptionIsToldLate, List<Action> actions) {
  private static final int FEWEST = 50;
  private static final int MOST = 250;

  static Plan of(long seed) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L);
    random.nextInt();
    boolean answersAtOnce = random.nextInt(3) == 0;
    boolean late = random.nextInt(4) == 0;
    List<Kind> urn = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      boolean kept = !kind.trouble || random.nextInt(5) < 2;
      int weight = kept ? kind.weight : 0;
      for (int i = 0; i < weight; i++) {
        urn.add(kind);
      }
    }
    int steps = FEWEST + random.nextInt(MOST - FEWEST);
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      actions.add(new Action(urn.get(random.nextInt(urn.size())), random.nextInt(1 << 30)));
    }
    return new Plan(seed, answersAtOnce, late, List.copyOf(actions));
  }

  /** One that was written down by {@link #toString}. */
  static Plan kept(String history) {
    List<String> words = List.of(history.trim().split("\\s+"));
    List<Action> actions = new ArrayList<>();
    for (String word : words.subList(3, words.size())) {
      int colon = word.indexOf(':');
      actions.add(
          new Action(
              Kind.valueOf(word.substring(0, colon)), Integer.parseInt(word.substring(colon + 1))));
    }
    return new Plan(
        Long.parseLong(words.get(0)),
        words.get(1).equals("at-once"),
        words.get(2).equals("late"),
        List.copyOf(actions));
  }

  /** A text that {@link #kept} makes the same plan of. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(seed).append(answersAtOnce ? " at-once" : " deferred");
    text.append(adoptionIsToldLate ? " late" : " early");
    actions.forEach(
        action -> text.append(' ').append(action.kind()).append(':').append(action.dice()));
    return text.toString();
  }

  Plan with(List<Action> fewer) {
    return new Plan(seed, answersAtOnce, adoptionIsToldLate, List.copyOf(fewer));
  }
}
