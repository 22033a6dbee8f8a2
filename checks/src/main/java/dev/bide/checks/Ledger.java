package dev.bide.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What jobs say of themselves, in the order in which it happened: a file outside Bide. */
public record Ledger(Path file) {

  /**
   * A job noted its start or its end.
   *
   * @param start true for a start
   * @param ticket of the {@link LoadJob}
   * @param number the job's number, as the job was told
   * @param attempt which attempt, as the job was told
   * @param pid of the job's own process
   */
  public record Note(boolean start, String ticket, long number, int attempt, long pid) {}

  /** Everything noted until now. */
  public List<Note> notes() {
    try {
      return Files.readAllLines(file).stream().map(Ledger::note).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many jobs were between start and end at the same time, at the worst. */
  public static int mostAtOnce(List<Note> notes) {
    int now = 0;
    int most = 0;
    for (Note note : notes) {
      now += note.start() ? 1 : -1;
      most = Math.max(most, now);
    }
    return most;
  }

  private static Note note(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 5 || !(words[0].equals("start") || words[0].equals("end"))) {
      throw new IllegalStateException("a note in the ledger is broken: " + line);
    }
    return new Note(
        words[0].equals("start"),
        words[1],
        Long.parseLong(words[2]),
        Integer.parseInt(words[3]),
        Long.parseLong(words[4]));
  }
}
