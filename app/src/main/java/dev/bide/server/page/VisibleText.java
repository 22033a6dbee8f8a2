package dev.bide.server.page;

/**
 * Text that a user or a job made, as it may stand on a page: what would be invisible, or would turn
 * the text around it, is written as an escape. Escaping for HTML is the templates' business.
 */
final class VisibleText {
  private VisibleText() {}

  /** For one line: line breaks and tabs are escapes too. */
  static String line(String text) {
    return escape(text, false);
  }

  /** For a block: line breaks and tabs stay. */
  static String block(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean keepLayout) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      boolean layout = c == '\n' || c == '\t';
      if (layout ? !keepLayout : hidden(c)) {
        if (out == null) {
          out = new StringBuilder(text.length() + 16).append(text, 0, i);
        }
        out.append(name(c));
      } else if (out != null) {
        out.appendCodePoint(c);
      }
      i += width;
    }
    return out == null ? text : out.toString();
  }

  private static String name(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      case '\r' -> "\\r";
      default -> c < 0x100 ? String.format("\\x%02x", c) : String.format("\\u{%x}", c);
    };
  }

  /** Controls, lone surrogates, line separators, and what sets the direction of text. */
  private static boolean hidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.FORMAT -> c != 0x200d;
      default -> false;
    };
  }
}
