package dev.bide.notice;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a notice goes. */
public sealed interface NoticeTarget {
  /** The longest text of a target, in characters. */
  int LONGEST = 4_096;

  /** The same as it was typed, with the secrets that an address may hold. */
  String text();

  /** The same for everybody to read: of an address with a secret, its host alone. */
  default String shown() {
    return text();
  }

  /**
   * A line for {@code /bin/sh}, run as the server's user.
   *
   * @param line not empty
   */
  record Command(String line) implements NoticeTarget {
    static final String SCHEME = "command:";

    @Override
    public String text() {
      return SCHEME + line;
    }
  }

  /**
   * An address that is posted to.
   *
   * @param address with {@code http} or {@code https}, a host and no user, no fragment
   */
  record Webhook(WebhookShape shape, URI address) implements NoticeTarget {
    @Override
    public String text() {
      return prefix() + address;
    }

    @Override
    public String shown() {
      String port = address.getPort() < 0 ? "" : ":" + address.getPort();
      return prefix() + address.getScheme() + "://" + address.getHost() + port + "/…";
    }

    /** Without secrets, so that none gets into a log. */
    @Override
    public String toString() {
      return shown();
    }

    private String prefix() {
      return shape.prefix().isEmpty() ? "" : shape.prefix() + "+";
    }
  }

  /**
   * A mailbox.
   *
   * @param address {@code local@domain}, nothing else
   */
  record Mail(String address) implements NoticeTarget {
    static final String SCHEME = "mailto:";

    @Override
    public String text() {
      return SCHEME + address;
    }
  }

  /**
   * Reads one: {@code command:LINE}, {@code https://…}, {@code slack+https://…} and the like,
   * {@code mailto:ADDRESS} or a bare mail address.
   *
   * @throws InvalidNotice when it is none of these
   */
  static NoticeTarget parse(String text) throws InvalidNotice {
    String target = text.strip();
    if (target.length() > LONGEST) {
      throw new InvalidNotice(
          "where to send a notice takes at most "
              + LONGEST
              + " characters, these are "
              + target.length());
    }
    if (target.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidNotice("where to send a notice holds a control character or a line break");
    }
    if (target.startsWith(Command.SCHEME)) {
      String line = target.substring(Command.SCHEME.length()).strip();
      if (line.isEmpty()) {
        throw new InvalidNotice("a command is missing after '" + Command.SCHEME + "'");
      }
      return new Command(line);
    }
    if (target.startsWith(Mail.SCHEME)) {
      return mail(target.substring(Mail.SCHEME.length()));
    }
    Matcher web = Words.WEB.matcher(target);
    if (web.matches()) {
      return webhook(web.group(1) == null ? "" : web.group(1), web.group(2));
    }
    if (Words.MAILBOX.matcher(target).matches()) {
      return mail(target);
    }
    throw new InvalidNotice("'" + target + "' is no place to send a notice to: " + Words.FORMS);
  }

  private static NoticeTarget mail(String address) throws InvalidNotice {
    if (!Words.MAILBOX.matcher(address).matches()) {
      throw new InvalidNotice(
          "'" + address + "' is no mail address; it has the form name@example.org");
    }
    return new Mail(address);
  }

  private static NoticeTarget webhook(String prefix, String address) throws InvalidNotice {
    WebhookShape shape =
        WebhookShape.ofPrefix(prefix.toLowerCase(Locale.ROOT))
            .orElseThrow(
                () -> new InvalidNotice("'" + prefix + "+' is no kind of webhook: " + Words.FORMS));
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw new InvalidNotice("the address of a webhook cannot be read: " + e.getReason());
    }
    if (uri.getHost() == null) {
      throw new InvalidNotice("the address of a webhook has no host, or one that none can have");
    }
    if (uri.getRawUserInfo() != null) {
      throw new InvalidNotice("the address of a webhook cannot hold a user and a password");
    }
    if (uri.getRawFragment() != null) {
      throw new InvalidNotice("the address of a webhook ends before '#'");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new InvalidNotice("a port is a number from 1 to 65535");
    }
    if (shape == WebhookShape.NTFY && uri.getPath().replace("/", "").isEmpty()) {
      throw new InvalidNotice("a topic is missing: ntfy+https://ntfy.sh/TOPIC");
    }
    return new Webhook(shape, uri);
  }

  /** What it is read by. */
  final class Words {
    static final String FORMS =
        "command:LINE, mailto:name@example.org, https://…, or https with slack+, teams+,"
            + " discord+, ntfy+ or gotify+ before it";

    private static final Pattern WEB =
        Pattern.compile("(?:([a-zA-Z]+)\\+)?(https?://.*)", Pattern.CASE_INSENSITIVE);

    /** Stricter than the standard: no quotes, no comments, no lists. */
    private static final Pattern MAILBOX =
        Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*");

    private Words() {}
  }
}
