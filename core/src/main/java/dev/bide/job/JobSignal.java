package dev.bide.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A signal that can be sent to a job by its name (signal(7)); every shell's kill knows these. */
public enum JobSignal {
  HUP,
  INT,
  QUIT,
  ABRT,
  KILL,
  USR1,
  USR2,
  ALRM,
  TERM,
  CONT,
  STOP,
  TSTP,
  WINCH;

  /** The one of this name, with or without SIG, in any case. */
  public static Optional<JobSignal> named(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String bare = upper.startsWith("SIG") ? upper.substring(3) : upper;
    return Arrays.stream(values()).filter(signal -> signal.name().equals(bare)).findFirst();
  }
}
