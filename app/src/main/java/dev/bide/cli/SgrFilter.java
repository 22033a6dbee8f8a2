package dev.bide.cli;

/**
 * Lets colours and the like through to a terminal and nothing else that could steer it: of the
 * escape sequences of ECMA-48 only {@code CSI … m}, of the control characters only tab, line feed,
 * carriage return and backspace. A sequence that a job left unfinished is forgotten at 64 bytes.
 * Keeps its state between chunks. One thread at a time.
 */
final class SgrFilter {
  private static final int LONGEST = 64;
  private static final int ESCAPE = 0x1b;

  private enum State {
    TEXT,
    AFTER_ESCAPE,
    CSI,
    STRING,
    STRING_ESCAPE,
    ONE_MORE
  }

  private State state = State.TEXT;
  private final byte[] kept = new byte[LONGEST];
  private int keptLength;
  private boolean colored;
  private int inside;
  private boolean heldC2;

  /** What may pass of these bytes. */
  byte[] filter(byte[] in, int length) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(length);
    for (int i = 0; i < length; i++) {
      take(in[i] & 0xff, out);
    }
    return out.toByteArray();
  }

  /** What gives the terminal its usual colours back, or nothing when they were not touched. */
  byte[] end() {
    return colored ? new byte[] {ESCAPE, '[', '0', 'm'} : new byte[0];
  }

  private void take(int b, java.io.ByteArrayOutputStream out) {
    switch (state) {
      case TEXT -> text(b, out);
      case AFTER_ESCAPE -> afterEscape(b);
      case CSI -> csi(b, out);
      case STRING -> string(b);
      case STRING_ESCAPE -> {
        // ESC \ ends it, and so does any other escape: the string was broken off
        state = State.TEXT;
        if (b != '\\') {
          state = State.AFTER_ESCAPE;
          afterEscape(b);
        }
      }
      case ONE_MORE -> state = State.TEXT;
    }
  }

  private void text(int b, java.io.ByteArrayOutputStream out) {
    boolean upperControl = b >= 0x80 && b < 0xa0;
    if (heldC2) {
      heldC2 = false;
      if (upperControl) {
        return; // U+0080 to U+009F: some terminals obey these too
      }
      out.write(0xc2);
    }
    if (b == ESCAPE) {
      state = State.AFTER_ESCAPE;
    } else if (b == 0xc2) {
      heldC2 = true;
    } else if (upperControl && inside <= 0) {
      // a lone control character of an 8-bit terminal
    } else if ((b >= 0x20 && b != 0x7f) || b == '\t' || b == '\n' || b == '\r' || b == '\b') {
      out.write(b);
    }
    if (b >= 0xc3) {
      inside = b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : 1;
    } else {
      inside = b >= 0x80 ? inside - 1 : 0;
    }
  }

  private void afterEscape(int b) {
    inside = 0;
    switch (b) {
      case '[' -> {
        state = State.CSI;
        keptLength = 0;
      }
      case ']', 'P', '_', '^', 'X' -> {
        state = State.STRING;
        keptLength = 0;
      }
      case '(', ')', '*', '+', '#', '%', ' ' -> state = State.ONE_MORE;
      case ESCAPE -> state = State.AFTER_ESCAPE;
      default -> state = State.TEXT;
    }
  }

  private void csi(int b, java.io.ByteArrayOutputStream out) {
    if (b >= 0x40 && b <= 0x7e) {
      if (b == 'm' && isPlain()) {
        out.write(ESCAPE);
        out.write('[');
        out.write(kept, 0, keptLength);
        out.write('m');
        colored = true;
      }
      state = State.TEXT;
    } else if (b == ESCAPE) {
      state = State.AFTER_ESCAPE;
    } else if (b < 0x20 || b > 0x7e || keptLength == LONGEST) {
      state = State.TEXT;
      text(b, out);
    } else {
      kept[keptLength++] = (byte) b;
    }
  }

  private boolean isPlain() {
    for (int i = 0; i < keptLength; i++) {
      int b = kept[i];
      if ((b < '0' || b > '9') && b != ';' && b != ':') {
        return false;
      }
    }
    return true;
  }

  /** Titles, links, the clipboard: up to BEL or ESC \, or to the end of the line if never ended. */
  private void string(int b) {
    keptLength++;
    if (b == 0x07 || b == '\n') {
      state = State.TEXT;
    } else if (b == ESCAPE) {
      state = State.STRING_ESCAPE;
    }
  }
}
