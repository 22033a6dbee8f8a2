package dev.bide.api;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object that the other side of the API wrote. Anything that is not as
 * expected is an {@link IllegalArgumentException}: the other side is another version, or no Bide at
 * all.
 */
public record Fields(Map<?, ?> map) {

  /** The object that was read. */
  public static Fields of(@Nullable Object read) {
    if (read instanceof Map<?, ?> map) {
      return new Fields(map);
    }
    throw new IllegalArgumentException("expected an object in the server's answer");
  }

  /** True when the key is there and not null. */
  public boolean has(String key) {
    return map.get(key) != null;
  }

  /** A string, or null. */
  public @Nullable String text(String key) {
    Object value = map.get(key);
    return value == null ? null : value.toString();
  }

  /** A string that must be there. */
  public String needed(String key) {
    String text = text(key);
    if (text == null) {
      throw new IllegalArgumentException("the server's answer has no " + key);
    }
    return text;
  }

  /** A whole number that must be there. */
  public long number(String key) {
    Long number = longOrNull(key);
    if (number == null) {
      throw new IllegalArgumentException("the server's answer has no " + key);
    }
    return number;
  }

  /** A whole number, or null. */
  public @Nullable Long longOrNull(String key) {
    return map.get(key) instanceof Number number ? number.longValue() : null;
  }

  /** A whole number, or null. */
  public @Nullable Integer integer(String key) {
    return map.get(key) instanceof Number number ? number.intValue() : null;
  }

  /** True only for a true that is there. */
  public boolean flag(String key) {
    return Boolean.TRUE.equals(map.get(key));
  }

  /** An instant, or null. */
  public @Nullable Instant instant(String key) {
    String text = text(key);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("the server's answer has no time in " + key, e);
    }
  }

  /** An instant that must be there. */
  public Instant neededInstant(String key) {
    needed(key);
    Instant instant = instant(key);
    if (instant == null) {
      throw new IllegalArgumentException("the server's answer has no " + key);
    }
    return instant;
  }

  /** A list; empty when there is none. */
  public List<?> list(String key) {
    return map.get(key) instanceof List<?> list ? list : List.of();
  }

  /** A list of strings, or null. */
  public @Nullable List<String> texts(String key) {
    return map.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : null;
  }
}
