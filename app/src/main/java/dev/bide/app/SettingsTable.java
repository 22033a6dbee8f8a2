package dev.bide.app;

import dev.bide.cli.Suggestion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * A table of {@code bide.toml}. What is wrong is noted with its line, and read as though it were
 * not there. Used by one thread.
 */
final class SettingsTable {
  private record Fault(int line, String message) {}

  private final TomlTable table;

  /** What stands before a key when it is named, such as {@code keep.}; empty for the whole file. */
  private final String prefix;

  private final List<Fault> faults;

  private SettingsTable(TomlTable table, String prefix, List<Fault> faults) {
    this.table = table;
    this.prefix = prefix;
    this.faults = faults;
  }

  /** The whole file, with what its parser found wrong. */
  static SettingsTable of(TomlParseResult file) {
    List<Fault> faults = new ArrayList<>();
    file.errors()
        .forEach(
            error ->
                faults.add(new Fault(error.position().line(), String.valueOf(error.getMessage()))));
    return new SettingsTable(file, "", faults);
  }

  /** All that is wrong so far, in this table or another one of the file, by line. */
  List<String> faults() {
    return faults.stream()
        .sorted(Comparator.comparingInt(Fault::line))
        .map(fault -> (fault.line() == 0 ? "" : "line " + fault.line() + ": ") + fault.message())
        .toList();
  }

  /**
   * Notes that something is wrong.
   *
   * @param key whose line is named
   * @param message a sentence that names what is wrong
   */
  void wrong(String key, String message) {
    var position = table.inputPositionOf(List.of(key));
    faults.add(new Fault(position == null ? 0 : position.line(), message));
  }

  /**
   * Notes that a value is none that it can be.
   *
   * @param what it can be, with an example
   */
  void wants(String key, String what) {
    wrong(key, prefix + key + " wants " + what);
  }

  /** Notes every key that is none of the known ones. */
  void onlyKeys(List<String> known) {
    for (String key : keys()) {
      if (!known.contains(key)) {
        wrong(
            key,
            "unknown key "
                + prefix
                + key
                + Suggestion.hint(key, known, ": there are " + String.join(", ", known)));
      }
    }
  }

  Set<String> keys() {
    return table.keySet();
  }

  /** A value, or null where there is none. */
  @Nullable Object value(String key) {
    return table.get(List.of(key));
  }

  /** A text. */
  @Nullable String text(String key) {
    Object value = value(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    wants(key, "a text in quotes");
    return null;
  }

  /**
   * A list of texts, or null where there is none.
   *
   * @param what it can be, with an example
   */
  @Nullable List<String> texts(String key, String what) {
    Object value = value(key);
    if (value == null) {
      return null;
    }
    if (value instanceof TomlArray array
        && array.toList().stream().allMatch(String.class::isInstance)) {
      return array.toList().stream().map(String::valueOf).toList();
    }
    wants(key, what);
    return null;
  }

  /**
   * A table within this one, or null where there is none.
   *
   * @param how it is written
   */
  @Nullable SettingsTable table(String key, String how) {
    Object value = value(key);
    if (value == null) {
      return null;
    }
    if (value instanceof TomlTable inner) {
      return new SettingsTable(inner, prefix + key + ".", faults);
    }
    wrong(key, prefix + key + " is a table: write " + how);
    return null;
  }
}
