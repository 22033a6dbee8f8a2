package dev.bide.job;

import java.util.List;

/** What a job runs: a program with its arguments, or a line for {@code /bin/sh -c}. */
public sealed interface Program {

  /** The command as a person would type it in a POSIX shell; for display only. */
  String commandLine();

  /** A program and its arguments, run without any shell. Never empty; no element holds a NUL. */
  record Argv(List<String> words) implements Program {
    public Argv {
      words = List.copyOf(words);
      if (words.isEmpty()) {
        throw new IllegalArgumentException("a command needs at least its program");
      }
    }

    @Override
    public String commandLine() {
      return CommandLine.join(words);
    }
  }

  /** A line that {@code /bin/sh -c} runs. */
  record ShellLine(String line) implements Program {
    @Override
    public String commandLine() {
      return line;
    }
  }
}
