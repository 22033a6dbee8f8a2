package dev.bide.server.page;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The form that adds a job, as it is shown: empty, or filled with what cannot be taken as it is.
 *
 * @param key makes sending the same form twice add one job
 * @param command the line as typed
 * @param shell true when {@code /bin/sh -c} is to run it
 * @param queues all there are; the field is shown when there are several
 * @param problem why it was not taken, or the question that is left; null when neither
 * @param asksForShell true when the person has to say whether the line is for a shell
 * @param suggestion the line that was probably meant, or null
 * @param directoryIsWrong true when the problem is the directory
 */
public record AddForm(
    String key,
    String command,
    String directory,
    boolean shell,
    String queue,
    List<String> queues,
    @Nullable String problem,
    boolean asksForShell,
    @Nullable String suggestion,
    boolean directoryIsWrong) {
  public AddForm {
    queues = List.copyOf(queues);
  }

  /** A stretch of a sentence; code is what somebody could type. */
  public record Words(String text, boolean code) {}

  /** The problem, with what stands between backquotes apart. */
  public List<Words> problemInParts() {
    return inParts(problem);
  }

  /** A sentence, with what stands between backquotes apart; nothing of null. */
  static List<Words> inParts(@Nullable String sentence) {
    if (sentence == null) {
      return List.of();
    }
    int open = sentence.indexOf('`');
    int close = sentence.lastIndexOf('`');
    if (open == close) {
      return List.of(new Words(sentence, false));
    }
    return List.of(
        new Words(sentence.substring(0, open), false),
        new Words(sentence.substring(open + 1, close), true),
        new Words(sentence.substring(close + 1), false));
  }

  /** A form that nobody has sent yet. */
  static AddForm fresh(
      String command, String directory, boolean shell, String queue, List<String> queues) {
    return new AddForm(
        UUID.randomUUID().toString(),
        command,
        directory,
        shell,
        queue,
        queues,
        null,
        false,
        null,
        false);
  }

  /** The same with what is wrong. */
  AddForm refused(String why, boolean directory, @Nullable String meant) {
    return new AddForm(
        UUID.randomUUID().toString(),
        command,
        this.directory,
        shell,
        queue,
        queues,
        why,
        false,
        meant,
        directory);
  }

  /** The same with the question whether this is for a shell. */
  AddForm askingForShell(String question) {
    return new AddForm(
        UUID.randomUUID().toString(),
        command,
        directory,
        shell,
        queue,
        queues,
        question,
        true,
        null,
        false);
  }
}
