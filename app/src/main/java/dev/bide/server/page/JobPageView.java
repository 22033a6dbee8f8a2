package dev.bide.server.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of one job.
 *
 * @param name what it is called, or null
 * @param why why it waits or how it ended, or null
 * @param untold where notices of it could not be sent, and why
 * @param lastLine the last line it wrote before it failed, or null
 * @param attempt the attempt whose log is shown; 0 when it never had one
 * @param logCut how many bytes were left out of the log since it ended
 * @param logOpen true while that attempt may still write
 * @param tail the end of the log as plain text, for browsers without JavaScript
 * @param tailCut true when the log is longer than that
 * @param nothingYet what stands in an empty log
 */
public record JobPageView(
    Frame frame,
    long number,
    @Nullable String name,
    String commandLine,
    StateLook look,
    @Nullable String why,
    @Nullable String lastLine,
    List<String> untold,
    boolean waiting,
    boolean isFinal,
    boolean pinned,
    List<Fact> facts,
    List<AttemptLink> attempts,
    int attempt,
    long logBytes,
    long logCut,
    String logHref,
    String logName,
    boolean logOpen,
    List<String> tail,
    boolean tailCut,
    String nothingYet) {

  /** How long the log is, in words. */
  public String logSize() {
    return Wording.size(logBytes);
  }

  /** What was left out of it, in words; null where nothing was. */
  public @Nullable String logWasCut() {
    return logCut == 0
        ? null
        : "cut to its beginning and its end, without " + Wording.size(logCut) + " between";
  }

  /**
   * One fact.
   *
   * @param at an instant instead of a text, or null
   * @param since the instant from which the text, a duration, counts on; or null
   * @param more said after it, less loudly; or null
   * @param href where the text leads, or null
   */
  public record Fact(
      String label,
      String text,
      boolean code,
      @Nullable Instant at,
      @Nullable Instant since,
      @Nullable String more,
      @Nullable String href) {
    static Fact text(String label, String text) {
      return new Fact(label, text, false, null, null, null, null);
    }

    static Fact code(String label, String text) {
      return new Fact(label, text, true, null, null, null, null);
    }

    static Fact at(String label, Instant at) {
      return new Fact(label, "", false, at, null, null, null);
    }
  }

  /** An attempt and where its log is. */
  public record AttemptLink(int attempt, String href, String outcome, boolean current) {}
}
