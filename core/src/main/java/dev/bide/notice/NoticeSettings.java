package dev.bide.notice;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of everything, and how notices are sent.
 *
 * @param rules who is told what of every job, queue and schedule
 * @param allowed hosts and ranges of addresses that webhooks may go to though they are not of the
 *     open Internet
 * @param secret what webhooks are signed with, or null for no signature
 * @param mail who takes mail, or null where none can be sent
 */
public record NoticeSettings(
    List<NoticeRule> rules,
    List<String> allowed,
    @Nullable String secret,
    @Nullable MailServer mail) {
  /** Nobody is told of everything, and no mail can be sent. */
  public static final NoticeSettings NONE = new NoticeSettings(List.of(), List.of(), null, null);

  public NoticeSettings {
    rules = List.copyOf(rules);
    allowed = List.copyOf(allowed);
  }

  /**
   * A server that takes mail.
   *
   * @param encrypted from the first byte; otherwise as soon as the server offers it
   * @param user who logs in, or null for nobody
   * @param password of the user; never sent unencrypted
   * @param from the address in the mails
   */
  public record MailServer(
      boolean encrypted,
      String host,
      int port,
      @Nullable String user,
      @Nullable String password,
      String from) {

    /** Without the password. */
    @Override
    public String toString() {
      return (encrypted ? "smtps" : "smtp") + "://" + host + ":" + port;
    }
  }
}
