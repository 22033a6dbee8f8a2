package dev.bide.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Several rules together, as they are kept: one a line. */
public final class NoticeRules {
  /** The most rules of one job, queue or schedule. */
  public static final int MOST = 10;

  private NoticeRules() {}

  /** Rules as one text; null for none. */
  public static @Nullable String text(List<NoticeRule> rules) {
    return rules.isEmpty()
        ? null
        : rules.stream().map(NoticeRule::text).collect(Collectors.joining("\n"));
  }

  /** What {@link #text} wrote; rules that only another version understands are left out. */
  public static List<NoticeRule> read(@Nullable String text) {
    if (text == null) {
      return List.of();
    }
    List<NoticeRule> rules = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      ifKnown(line).ifPresent(rules::add);
    }
    return List.copyOf(rules);
  }

  /** Nobody may lose a job for a rule that cannot be read. */
  private static Optional<NoticeRule> ifKnown(String line) {
    try {
      return Optional.of(NoticeRule.parse(line));
    } catch (InvalidNotice e) {
      return Optional.empty();
    }
  }

  /** Rules for everybody to read. */
  public static List<String> shown(List<NoticeRule> rules) {
    return rules.stream().map(NoticeRule::shown).toList();
  }
}
