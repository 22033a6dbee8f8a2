package dev.bide.cli;

/** One verb of the command line. Made when it is called, so that the others cost nothing. */
interface Verb {
  /** What it understands. */
  Grammar grammar();

  /** Does it; the answer is the exit code. */
  int run(Call call) throws Trouble;

  /** The exit code when something is refused or fails. */
  default int codeOfTrouble(Arguments arguments) {
    return 1;
  }
}
