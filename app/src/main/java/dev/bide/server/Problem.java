package dev.bide.server;

import dev.bide.engine.Refused.FieldError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says what is wrong (RFC 9457). Thrown by whoever finds out; answered in one place.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String kind;
  private final String title;
  private final transient List<FieldError> errors;
  private final transient @Nullable List<String> suggestion;
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  /**
   * A problem without fields.
   *
   * @param kind the end of its type: {@code no-such-job} of {@code urn:bide:no-such-job}
   * @param title what is wrong with every request of this type
   * @param detail what is wrong with this one, and what to do next
   */
  public Problem(int status, String kind, String title, String detail) {
    this(status, kind, title, detail, List.of(), null);
  }

  Problem(
      int status,
      String kind,
      String title,
      String detail,
      List<FieldError> errors,
      @Nullable List<String> suggestion) {
    super(detail, null, false, false);
    this.status = status;
    this.kind = kind;
    this.title = title;
    this.errors = List.copyOf(errors);
    this.suggestion = suggestion == null ? null : List.copyOf(suggestion);
  }

  /** A body that cannot be understood at all. */
  public static Problem malformed(String detail) {
    return new Problem(400, "malformed", "The request cannot be read", detail);
  }

  /** Fields that hold what they must not. */
  public static Problem invalid(List<FieldError> errors, @Nullable List<String> suggestion) {
    FieldError first = errors.get(0);
    String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
    return new Problem(
        422,
        "invalid",
        "The request cannot be accepted",
        first.field() + ": " + first.message() + more,
        errors,
        suggestion);
  }

  /** One field that holds what it must not. */
  public static Problem invalid(String field, String message) {
    return invalid(List.of(new FieldError(field, message)), null);
  }

  /** The same with a header in its answer. */
  Problem with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  public int status() {
    return status;
  }

  public List<FieldError> errors() {
    return errors;
  }

  /** The command that was probably meant, or null. */
  public @Nullable List<String> suggestion() {
    return suggestion;
  }

  /** What is wrong with this request, and what to do next. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  public String title() {
    return title;
  }

  Map<String, String> headers() {
    return headers;
  }

  Map<String, @Nullable Object> toMap(String errorId) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("type", "urn:bide:" + kind);
    map.put("title", title);
    map.put("status", status);
    map.put("detail", detail());
    map.put("errorId", errorId);
    if (status == 422) {
      map.put("errors", errors.stream().map(Problem::fieldMap).toList());
    }
    if (suggestion != null) {
      map.put("suggestion", suggestion);
    }
    return map;
  }

  private static Map<String, String> fieldMap(FieldError error) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("field", error.field());
    map.put("message", error.message());
    return map;
  }
}
