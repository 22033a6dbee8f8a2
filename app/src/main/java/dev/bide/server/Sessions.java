package dev.bide.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Log-ins of browsers. A session is a random value and its end, signed with the token: nothing is
 * kept, so a restart logs nobody out, and a new token logs everybody out. One-time codes are kept
 * in memory only. Safe from any thread.
 */
final class Sessions {
  static final Duration SESSION_LIFE = Duration.ofDays(30);
  static final Duration CODE_LIFE = Duration.ofMinutes(5);
  static final int FAILURES_PER_MINUTE = 10;
  private static final int MOST_CODES = 100;

  private final byte[] token;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Instant> codes = new LinkedHashMap<>();
  private final Deque<Instant> failures = new ArrayDeque<>();

  Sessions(String token, Clock clock) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.clock = clock;
  }

  /** True for the token itself; takes the same time whatever is wrong with it. */
  boolean isToken(String said) {
    return MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), token);
  }

  /** A new session. */
  String begin() {
    String open = text(16) + "." + clock.instant().plus(SESSION_LIFE).getEpochSecond();
    return open + "." + sign("session", open);
  }

  /** True for a session that was begun here and has not ended. */
  boolean isSession(String said) {
    int last = said.lastIndexOf('.');
    int first = said.indexOf('.');
    if (first < 0 || first == last) {
      return false;
    }
    String open = said.substring(0, last);
    if (!equal(said.substring(last + 1), sign("session", open))) {
      return false;
    }
    // signed by this server, so it is a number
    return Long.parseLong(open.substring(first + 1)) > clock.instant().getEpochSecond();
  }

  /** What a form of this session must carry. */
  String formToken(String session) {
    return sign("form", session);
  }

  /** True when a form of this session said the right thing. */
  boolean isFormToken(String session, String said) {
    return equal(said, formToken(session));
  }

  /** A code that opens one session within five minutes. */
  synchronized Code newCode() {
    Instant now = clock.instant();
    codes.values().removeIf(end -> !end.isAfter(now));
    if (codes.size() >= MOST_CODES) {
      codes.remove(codes.keySet().iterator().next());
    }
    Code code = new Code(text(24), now.plus(CODE_LIFE));
    codes.put(code.text(), code.expiresAt());
    return code;
  }

  /**
   * Tries to log in with a one-time code or the token.
   *
   * @return the session; empty when it was neither
   * @throws Problem 429 after too many failures within a minute, whatever was said
   */
  synchronized Optional<String> logIn(String said) {
    Instant now = clock.instant();
    failures.removeIf(at -> at.isBefore(now.minusSeconds(60)) || at.isAfter(now));
    if (failures.size() >= FAILURES_PER_MINUTE) {
      throw new Problem(
              429,
              "too-many-log-ins",
              "Too many log-ins have failed",
              "too many log-ins have failed: try again in a minute")
          .with("Retry-After", "60");
    }
    if (takeCode(said, now) || isToken(said)) {
      return Optional.of(begin());
    }
    failures.add(now);
    return Optional.empty();
  }

  private boolean takeCode(String said, Instant now) {
    String found = null;
    for (String code : codes.keySet()) {
      if (equal(code, said)) {
        found = code;
      }
    }
    if (found == null) {
      return false;
    }
    Instant end = codes.remove(found);
    return end != null && end.isAfter(now);
  }

  private String text(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(value);
  }

  private String sign(String purpose, String what) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(token, "HmacSHA256"));
      byte[] signed = mac.doFinal((purpose + ":" + what).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static boolean equal(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** A one-time code and its end. */
  record Code(String text, Instant expiresAt) {}
}
