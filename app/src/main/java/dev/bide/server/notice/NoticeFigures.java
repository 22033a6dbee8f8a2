package dev.bide.server.notice;

import dev.bide.notice.InvalidNotice;
import dev.bide.notice.NoticeTarget;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What came of notices since the server began, by where they were to go. Thread-safe. */
public final class NoticeFigures {
  /** How something is told. */
  public enum Kind {
    COMMAND,
    WEBHOOK,
    MAIL,
    /** A way that another version knows. */
    OTHER;

    /** Of a target, as {@link NoticeTarget#text} writes it. */
    public static Kind of(String target) {
      try {
        NoticeTarget known = NoticeTarget.parse(target);
        return known instanceof NoticeTarget.Command
            ? COMMAND
            : known instanceof NoticeTarget.Mail ? MAIL : WEBHOOK;
      } catch (InvalidNotice e) {
        return OTHER;
      }
    }
  }

  /** What came of one. */
  public enum Outcome {
    /** It was taken. */
    SENT,
    /** A try failed. */
    FAILED,
    /** That was its last. */
    GIVEN_UP
  }

  private final Map<Outcome, Map<Kind, LongAdder>> counts = new EnumMap<>(Outcome.class);

  NoticeFigures() {
    for (Outcome outcome : Outcome.values()) {
      Map<Kind, LongAdder> kinds = new EnumMap<>(Kind.class);
      for (Kind kind : Kind.values()) {
        kinds.put(kind, new LongAdder());
      }
      counts.put(outcome, kinds);
    }
  }

  void add(Kind kind, Outcome outcome) {
    of(kind, outcome).increment();
  }

  /** How many. */
  public long count(Kind kind, Outcome outcome) {
    return of(kind, outcome).sum();
  }

  private LongAdder of(Kind kind, Outcome outcome) {
    LongAdder adder = counts.getOrDefault(outcome, Map.of()).get(kind);
    if (adder == null) {
      throw new IllegalStateException("all are there from the beginning");
    }
    return adder;
  }
}
