package dev.bide.server;

import io.javalin.http.Context;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The query of a request, checked: what is not known is refused rather than passed over. */
final class Query {
  /** The longest a request may wait for news, in seconds. */
  static final int LONGEST_WAIT = 60;

  private Query() {}

  /** Refuses parameters that are not known, and known ones that stand there twice. */
  static void only(Context context, Collection<String> known) {
    context
        .queryParamMap()
        .forEach(
            (name, values) -> {
              if (!known.contains(name)) {
                throw Problem.invalid(
                    name, "is no parameter that is known" + DidYouMean.hint(name, known));
              }
              if (values.size() > 1) {
                throw Problem.invalid(name, "is given more than once");
              }
            });
  }

  static Optional<String> text(Context context, String name) {
    return Optional.ofNullable(context.queryParam(name));
  }

  /** A whole number within limits; the default when it is not given. */
  static int number(Context context, String name, int least, int most, int otherwise) {
    String said = context.queryParam(name);
    if (said == null) {
      return otherwise;
    }
    if (said.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(said);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw Problem.invalid(name, "is no whole number from " + least + " to " + most);
  }

  /** The words between commas. */
  static List<String> words(Context context, String name) {
    String said = context.queryParam(name);
    return said == null || said.isEmpty() ? List.of() : List.of(said.split(",", -1));
  }
}
