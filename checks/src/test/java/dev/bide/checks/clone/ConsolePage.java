package dev.bide.checks.clone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of the guide, as far as it is a session at a terminal: the blocks fenced as {@code
 * console}, one after the other. {@code $ } begins a command, {@code > } goes on with it, anything
 * else is what it answers; {@code ^C} at the start of a line is where the reader interrupts it.
 */
record ConsolePage(Path file, List<Step> steps, List<String> otherFences, List<String> java) {

  /**
   * One command.
   *
   * @param line where it stands, for messages
   * @param answer what the page shows; empty when it shows nothing, which promises nothing
   */
  record Step(int line, String command, List<String> answer) {
    boolean interrupted() {
      return answer.stream().anyMatch(text -> text.startsWith("^C"));
    }

    /** True when the step before may have failed: this one shows its exit code. */
    boolean asksForTheCode() {
      return command.equals("echo $?");
    }
  }

  static ConsolePage read(Path file) {
    List<Step> steps = new ArrayList<>();
    List<String> otherFences = new ArrayList<>();
    List<String> java = new ArrayList<>();
    String fence = null;
    int number = 0;
    for (String line : lines(file)) {
      number++;
      if (line.startsWith("```")) {
        fence = fence == null ? line.substring(3).strip() : null;
        if (fence != null && !fence.equals("console")) {
          otherFences.add(fence);
        }
      } else if ("java".equals(fence)) {
        java.add(line.strip());
      } else if ("console".equals(fence)) {
        add(steps, number, line);
      }
    }
    return new ConsolePage(file, steps, otherFences, java);
  }

  private static void add(List<Step> steps, int number, String line) {
    if (line.startsWith("$ ")) {
      steps.add(new Step(number, line.substring(2), new ArrayList<>()));
      return;
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("line " + number + " answers no command: " + line);
    }
    Step last = steps.get(steps.size() - 1);
    if (line.startsWith("> ") && last.answer().isEmpty()) {
      String command = last.command() + "\n" + line.substring(2);
      steps.set(steps.size() - 1, new Step(last.line(), command, last.answer()));
    } else {
      last.answer().add(line);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
