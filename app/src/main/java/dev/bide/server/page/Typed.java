package dev.bide.server.page;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the fields of a form, and what is wrong with it.
 *
 * @param values by the names of the fields
 * @param errors a sentence for each field that is wrong
 */
public record Typed(Map<String, String> values, Map<String, String> errors) {
  static final Typed NOTHING = new Typed(Map.of(), Map.of());

  public Typed {
    values = Map.copyOf(values);
    errors = Map.copyOf(errors);
  }

  /** What stands in a field. */
  public String of(String field) {
    return values.getOrDefault(field, "");
  }

  /** What is wrong with it, or null. */
  public @Nullable String wrong(String field) {
    return errors.get(field);
  }

  /** The ids of what describes a field, or null when nothing does. */
  public @Nullable String describedBy(String field, @Nullable String hint) {
    String wrong = errors.containsKey(field) ? field + "-wrong" : "";
    String all = wrong + (hint == null ? "" : " " + field + "-hint");
    return all.isEmpty() ? null : all.strip();
  }
}
