package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The server said no, and why (problem+json, RFC 9457). */
final class Refusal extends Trouble {
  private static final long serialVersionUID = 1L;

  /**
   * What is wrong with one field of the request.
   *
   * @param field as the API names it
   */
  record FieldError(String field, String message) {}

  /** The status of what is longer than the server takes at once. */
  static final int TOO_LARGE = 413;

  private final int status;
  private final String type;
  private final transient List<FieldError> errors;
  private final transient @Nullable List<String> suggestion;

  private Refusal(
      int status,
      String type,
      String message,
      List<FieldError> errors,
      @Nullable List<String> suggestion) {
    super(message);
    this.status = status;
    this.type = type;
    this.errors = errors;
    this.suggestion = suggestion;
  }

  /** From an answer with a status of 400 or more. */
  static Refusal of(int status, byte[] body) {
    Fields problem;
    try {
      problem = Fields.of(Json.read(body));
    } catch (Json.Malformed | IllegalArgumentException e) {
      String text = Text.visible(new String(body, StandardCharsets.UTF_8).strip());
      return new Refusal(
          status,
          "",
          "the server answered " + status + " " + Text.cut(text, 200, "..."),
          List.of(),
          null);
    }
    List<FieldError> errors =
        problem.list("errors").stream()
            .map(Fields::of)
            .map(error -> new FieldError(error.needed("field"), error.needed("message")))
            .toList();
    String detail = problem.text("detail");
    if (!errors.isEmpty()) {
      detail =
          errors.stream()
              .map(error -> sentence(error))
              .distinct()
              .collect(Collectors.joining("; "));
    }
    String message = detail == null ? "the server answered " + status : detail;
    if (status >= 500 && problem.has("errorId")) {
      message += " (error " + problem.text("errorId") + ")";
    }
    return new Refusal(
        status,
        String.valueOf(problem.text("type")),
        Text.visible(message),
        errors,
        problem.texts("suggestion"));
  }

  /** A message that does not name its field gets the name in front. */
  private static String sentence(FieldError error) {
    String name = error.field().substring(error.field().lastIndexOf('.') + 1);
    return name.equals("command") || name.equals("shell") || error.message().contains(name)
        ? error.message()
        : name + ": " + error.message();
  }

  int status() {
    return status;
  }

  /** The end of its type: {@code no-such-job} of {@code urn:bide:no-such-job}. */
  String kind() {
    return type.substring(type.lastIndexOf(':') + 1);
  }

  List<FieldError> errors() {
    return errors;
  }

  /** The command that was probably meant, or null. */
  @Nullable List<String> suggestion() {
    return suggestion;
  }
}
