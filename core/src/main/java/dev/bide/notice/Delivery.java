package dev.bide.notice;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a notice is on its way.
 *
 * @param tries how often it was tried to send it
 * @param at while it waits: when it is to be tried next; else when it was sent or given up
 * @param digest the message in which it is sent together with others, or null
 * @param error what went wrong the last time, or null
 */
public record Delivery(
    State state, int tries, Instant at, @Nullable UUID digest, @Nullable String error) {
  /** In one word. */
  public enum State {
    /** It is still to be sent. */
    WAITING,
    /** Whoever was to be told has taken it. */
    SENT,
    /** It was given up. */
    FAILED
  }

  /** A new one, due at once. */
  public static Delivery due(Instant at) {
    return new Delivery(State.WAITING, 0, at, null, null);
  }

  /** The same as part of a message with others. */
  public Delivery in(UUID newDigest) {
    return new Delivery(state, tries, at, newDigest, error);
  }

  /** One more try, which went well. */
  public Delivery sent(Instant now) {
    return new Delivery(State.SENT, tries + 1, now, digest, null);
  }

  /** One more try, which did not; it is tried again. */
  public Delivery failed(String why, Instant next) {
    return new Delivery(State.WAITING, tries + 1, next, digest, why);
  }

  /** It is not tried any more. */
  public Delivery dropped(String why, Instant now) {
    return new Delivery(State.FAILED, tries, now, digest, why);
  }

  /** One more try, the last. */
  public Delivery givenUp(String why, Instant now) {
    return new Delivery(State.FAILED, tries + 1, now, digest, why);
  }
}
