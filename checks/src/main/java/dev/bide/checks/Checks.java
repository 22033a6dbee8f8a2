package dev.bide.checks;

import java.util.Arrays;
import java.util.List;

/** The long forms of the checks, by name; {@code ./bide-checks} starts it. */
final class Checks {
  /** All of them, in the order of the table. */
  private static final List<LongCheck> ALL =
      List.of(
          new FaultRoundsCheck(),
          new FailpointsCheck(),
          new PowerCutsCheck(),
          new IoErrorsCheck(),
          new DiskRoundsCheck(),
          new SchedulesCheck(),
          new NoticesCheck(),
          new RetentionCheck(),
          new SweepsCheck(),
          new PauseCheck(),
          new OutputCheck(),
          new MalformedCheck(),
          new CommandTableCheck(),
          new LongJobCheck(),
          new SoakCheck());

  private Checks() {}

  /** Exits with 0 when every promise was kept, with 1 when not, with 2 on words it cannot use. */
  public static void main(String[] words) {
    System.exit(
        words.length == 0 ? help() : run(words[0], Arrays.asList(words).subList(1, words.length)));
  }

  private static int help() {
    System.out.println("./bide-checks NAME [--option value …]");
    for (LongCheck check : ALL) {
      System.out.printf("  %-10s %s%n", check.name(), check.what());
    }
    System.out.printf(
        "  %-10s %s%n", "planted", "bugs planted one by one, each to be noticed: [-o] [NAME…]");
    return 2;
  }

  private static int run(String name, List<String> words) {
    for (LongCheck check : ALL) {
      if (check.name().equals(name)) {
        try {
          boolean kept = check.run(new Options(words), System.out::println);
          System.out.println(kept ? "every promise was kept" : "A PROMISE WAS BROKEN: see above");
          return kept ? 0 : 1;
        } catch (IllegalArgumentException e) {
          System.err.println("bide-checks: " + e.getMessage());
          return 2;
        }
      }
    }
    System.err.println("bide-checks: there is no check called " + name);
    return help();
  }
}
