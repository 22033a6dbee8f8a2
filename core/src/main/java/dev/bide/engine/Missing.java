package dev.bide.engine;

import dev.bide.engine.Refused.FieldError;
import dev.bide.engine.Refused.Kind;
import dev.bide.store.Snapshot;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Refusals about what does not exist, in the same words wherever they are needed. */
public final class Missing {
  private Missing() {}

  /** No such job, or not any more. */
  public static Refused job(long number, Snapshot snapshot) {
    if (snapshot.removed(number)) {
      return new Refused(Kind.REMOVED, "job " + number + " was removed");
    }
    long newest = snapshot.newestNumber();
    return new Refused(
        Kind.NO_SUCH_JOB,
        "no job " + number + (newest == 0 ? ": there are none yet" : ": the newest is " + newest));
  }

  /** No such job, or not any more. */
  public static Refused job(UUID uuid, Snapshot snapshot) {
    return snapshot.removed(uuid)
        ? new Refused(Kind.REMOVED, "job " + uuid + " was removed")
        : new Refused(Kind.NO_SUCH_JOB, "no job has the uuid " + uuid);
  }

  /** No such queue. */
  public static Refused queue(String name, Collection<String> known) {
    String message = "no queue " + name + ": there is " + String.join(", ", known);
    return new Refused(
        Kind.NO_SUCH_QUEUE, message, List.of(new FieldError("queue", message)), null);
  }

  /** No such schedule. */
  public static Refused schedule(String name, Collection<String> known) {
    return new Refused(
        Kind.NO_SUCH_SCHEDULE,
        "no schedule "
            + name
            + (known.isEmpty() ? ": there are none" : ": there is " + Few.of(known)));
  }

  /** No such notice, or not any more. */
  static Refused notice(UUID id) {
    return new Refused(Kind.NO_SUCH_NOTICE, "no notice has the id " + id);
  }

  /** Another schedule has this name. */
  static Refused nameTaken(String name) {
    String message = "there is a schedule " + name + " already: edit it, or take another name";
    return new Refused(Kind.NAME_TAKEN, message, List.of(new FieldError("name", message)), null);
  }

  /** What a schedule would have run cannot be told. */
  static Refused zone(String schedule, String zone) {
    String message =
        "this Java knows no time zone " + zone + ": name another one for " + schedule + " first";
    return new Refused(Kind.INVALID, message, List.of(new FieldError("from", message)), null);
  }

  static Refused tooManyRuns(String name) {
    String message =
        "more than "
            + Command.Backfill.MOST
            + " runs of "
            + name
            + " are in this time: ask for a shorter one";
    return new Refused(Kind.INVALID, message, List.of(new FieldError("to", message)), null);
  }

  /** The first of many names. */
  private static final class Few {
    private static final int MOST = 10;

    static String of(Collection<String> names) {
      String some = String.join(", ", names.stream().limit(MOST).toList());
      return names.size() > MOST ? some + " and " + (names.size() - MOST) + " more" : some;
    }
  }
}
