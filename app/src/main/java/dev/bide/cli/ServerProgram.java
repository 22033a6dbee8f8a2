package dev.bide.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The server as the command line needs it; what it is made of is none of its business. */
public interface ServerProgram {

  /**
   * The words that start this program again, to which a verb is added. What they name must stay
   * where it is while the server runs, whatever is rebuilt meanwhile.
   */
  List<String> commandLine(Path home) throws IOException;

  /**
   * The name of a file for what another process of this program reads and deletes; the next server
   * deletes it where that one was killed. Its directory is there and nobody else's.
   */
  Path unusedFile(Path home) throws IOException;

  /**
   * The words by which this program was started, to which a verb is added, for somebody who starts
   * it at another time.
   */
  List<String> asStarted();

  /**
   * Exit code by which a server in the background or a service says that another one has the home.
   */
  int HOME_IS_TAKEN = 17;

  /** Runs a server in this process until it is told to stop; answers the exit code. */
  int serve(Serving serving) throws Trouble;

  /** What is done to a home without its server. */
  Maintenance maintenance();

  /** The version of this program. */
  String version();

  /**
   * What {@code serve} was asked for.
   *
   * @param service true where the environment of jobs is an allow-list and not the caller's
   * @param background true when a verb started it, and for a service: nobody reads along
   */
  record Serving(
      Settings settings, Caller caller, Console console, boolean service, boolean background) {
    /** True where its own directory is the root and not that of who started it. */
    public boolean startedByVerb() {
      return background && !service;
    }
  }
}
