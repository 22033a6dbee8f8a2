package dev.bide.notice;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the receiver of a webhook expects to be posted. */
public enum WebhookShape {
  /** The notice as JSON with all that is known, signed where a secret is set. */
  BIDE,
  /** An incoming webhook of Slack, Mattermost or Rocket.Chat. */
  SLACK,
  /** A workflow of Microsoft Teams: an adaptive card. */
  TEAMS,
  /** A webhook of Discord. */
  DISCORD,
  /** A topic of ntfy; the last part of the path names it. */
  NTFY,
  /** An application of Gotify; its token is in the address. */
  GOTIFY;

  /** What is written before {@code +https}; empty for Bide's own. */
  public String prefix() {
    return this == BIDE ? "" : name().toLowerCase(Locale.ROOT);
  }

  static Optional<WebhookShape> ofPrefix(String prefix) {
    return Stream.of(values()).filter(shape -> shape.prefix().equals(prefix)).findFirst();
  }
}
