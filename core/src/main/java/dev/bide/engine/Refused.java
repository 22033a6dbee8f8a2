package dev.bide.engine;

import dev.bide.job.JobSpec;
import dev.bide.job.SpecCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was asked cannot be done, and the asker can do something about it. Nothing happened. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of refusal, for programs. */
  public enum Kind {
    /** A field holds what it must not. */
    INVALID,
    /** No job has this number or uuid. */
    NO_SUCH_JOB,
    /** A job had it and was removed. */
    REMOVED,
    /** No queue has this name. */
    NO_SUCH_QUEUE,
    /** No schedule has this name. */
    NO_SUCH_SCHEDULE,
    /** No notice has this id. */
    NO_SUCH_NOTICE,
    /** Only a notice that was not sent can be treated so. */
    NOT_FAILED,
    /** Something else has this name. */
    NAME_TAKEN,
    /** Only a job that has ended can be treated so. */
    NOT_FINAL,
    /** Only a job whose command runs can be treated so. */
    NOT_RUNNING,
    /** Processes of its last attempt are still at work. */
    STILL_ALIVE,
    /** The idempotency key was used before, for something else. */
    KEY_REUSED
  }

  /**
   * What is wrong with one field.
   *
   * @param field as the API names it, with {@code jobs[3].} in front where it stands in a list
   */
  public record FieldError(String field, String message) {}

  private final Kind kind;
  private final transient List<FieldError> errors;
  private final transient @Nullable List<String> suggestion;

  /** A refusal without fields. */
  public Refused(Kind kind, String message) {
    this(kind, message, List.of(), null);
  }

  /** A refusal that names fields and, where one is known, the command that was probably meant. */
  public Refused(
      Kind kind, String message, List<FieldError> errors, @Nullable List<String> suggestion) {
    super(message, null, false, false);
    this.kind = kind;
    this.errors = List.copyOf(errors);
    this.suggestion = suggestion == null ? null : List.copyOf(suggestion);
  }

  /** The refusal of faulty jobs, each fault named by its field; empty when there is none. */
  public static Optional<Refused> ifFaulty(List<JobSpec> specs) {
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      String prefix = specs.size() == 1 ? "" : "jobs[" + i + "].";
      for (SpecCheck.Fault fault : SpecCheck.check(specs.get(i))) {
        errors.add(new FieldError(prefix + fault.field(), fault.message()));
      }
    }
    return errors.stream()
        .findFirst()
        .map(
            first ->
                new Refused(Kind.INVALID, first.field() + " " + first.message(), errors, null));
  }

  public Kind kind() {
    return kind;
  }

  public List<FieldError> errors() {
    return errors;
  }

  /** The command that was probably meant, or null. */
  public @Nullable List<String> suggestion() {
    return suggestion;
  }
}
