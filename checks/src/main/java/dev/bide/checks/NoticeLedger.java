package dev.bide.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What commands note that people are told by, in the order in which it happened. */
record NoticeLedger(Path file) {

  /**
   * Somebody was told.
   *
   * @param id of the notice, the same each time that it is sent
   * @param event what happened
   * @param ticket the name of the job that it is about
   * @param state of that job
   */
  record Note(String id, String event, String ticket, String state) {}

  /** Where a notice goes; the same for the same ticket, another for another. */
  String target(String ticket) {
    return "command:echo \"$BIDE_NOTICE_ID $BIDE_NOTICE_EVENT $BIDE_JOB_NAME $BIDE_JOB_STATE\" >> '"
        + file
        + "' # "
        + ticket;
  }

  /** Everything noted until now. */
  List<Note> notes() {
    try {
      return Files.readAllLines(file).stream().map(NoticeLedger::note).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Note note(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 4) {
      throw new IllegalStateException("a note of a notice is broken: " + line);
    }
    return new Note(words[0], words[1], words[2], words[3]);
  }
}
