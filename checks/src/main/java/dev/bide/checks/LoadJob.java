package dev.bide.checks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One job of known behaviour: it notes its start in the {@link Ledger}, prints, sleeps, prints,
 * notes its end and exits.
 *
 * @param ticket what the submitter calls it, unique in a {@link Ground}; also the job's name
 * @param pause how many seconds it sleeps, as {@code sleep} takes it, or the file of a {@link Gate}
 * @param lines how many lines it prints, half before and half after the sleep
 * @param code its exit code
 * @param fate what its submitter does with it
 */
public record LoadJob(String ticket, String pause, int lines, int code, Fate fate) {

  /** What becomes of a job. */
  public enum Fate {
    /** It ends by itself. */
    ENDS,
    /** It is cancelled before it would end. */
    CANCELLED,
    /** It ends by itself, is retried once, and ends again. */
    RETRIED,
    /** It ends by itself and is removed. */
    REMOVED,
    /** Its program does not exist. */
    CANNOT_START,
    /** It is cancelled while it waits, and goes because it is old. */
    SWEPT,
    /** It ends by itself, with a log that is too long and is cut. */
    CUT
  }

  /** A job that ends by itself. */
  public LoadJob(String ticket, String pause, int lines, int code) {
    this(ticket, pause, lines, code, Fate.ENDS);
  }

  /** A job that ends by itself after somebody has let it. */
  public LoadJob(String ticket, Gate gate, int lines, int code) {
    this(ticket, gate.file().toString(), lines, code);
  }

  /** The script behind it; arguments: ledger, ticket, pause, lines, code. */
  static final String SCRIPT =
      """
      #!/bin/sh
      # Each note is one write to a file opened with O_APPEND: notes never mix and keep their order.
      ledger=$1 ticket=$2 pause=$3 lines=$4 code=$5
      echo "start $ticket $BIDE_JOB_NUMBER $BIDE_JOB_ATTEMPT $$" >>"$ledger"
      line=0
      half=$((lines / 2))
      while [ $line -lt $half ]; do echo "$ticket says line $line"; line=$((line + 1)); done
      case $pause in
        0) ;;
        /*) until [ -e "$pause" ]; do sleep 0.05; done ;;
        *) sleep "$pause" ;;
      esac
      while [ $line -lt $lines ]; do echo "$ticket says line $line" >&2; line=$((line + 1)); done
      echo "end $ticket $BIDE_JOB_NUMBER $BIDE_JOB_ATTEMPT $$" >>"$ledger"
      exit $code
      """;

  /** As many words as make a database that has lost them give room back. */
  private static final List<String> MANY_WORDS = Collections.nCopies(20, "x".repeat(100_000));

  /** The words to submit. */
  List<String> command(Path script, Path ledger) {
    if (fate == Fate.CANNOT_START) {
      return List.of(script.resolveSibling("no-such-program").toString());
    }
    if (fate == Fate.SWEPT) {
      List<String> words = new ArrayList<>(List.of("true"));
      words.addAll(MANY_WORDS);
      return words;
    }
    return List.of(
        "sh",
        script.toString(),
        ledger.toString(),
        ticket,
        pause,
        Integer.toString(lines),
        Integer.toString(code));
  }

  /** Every byte that its log must hold, and no other. */
  byte[] log() {
    StringBuilder all = new StringBuilder();
    for (int line = 0; line < lines; line++) {
      all.append(ticket).append(" says line ").append(line).append('\n');
    }
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The state it must end in. */
  String state() {
    return fate == Fate.CANCELLED || fate == Fate.SWEPT
        ? "CANCELLED"
        : code == 0 && fate != Fate.CANNOT_START ? "COMPLETED" : "FAILED";
  }

  /** How often its command must have run to its end. */
  int runs() {
    return switch (fate) {
      case ENDS, REMOVED, CUT -> 1;
      case RETRIED -> 2;
      case CANCELLED, CANNOT_START, SWEPT -> 0;
    };
  }
}
