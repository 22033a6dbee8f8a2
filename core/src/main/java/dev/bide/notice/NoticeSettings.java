package dev.bide.notice;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of everything, and how notices are sent.
 *
 * @param rules who is told what of every job, queue and schedule
 * @param allowed hosts and ranges of addresses that webhooks may go to though they are not of the
 *     open Internet
 * @param secret what webhooks are signed with, or null for no signature
 * @param certificates a file of certificates that are trusted besides the usual ones, or null
 * @param mail who takes mail, or null where none can be sent
 */
public record NoticeSettings(
    List<NoticeRule> rules,
    List<String> allowed,
    @Nullable String secret,
    @Nullable Path certificates,
    @Nullable MailServer mail) {
  /** Nobody is told of everything, and no mail can be sent. */
  public static final NoticeSettings NONE =
      new NoticeSettings(List.of(), List.of(), null, null, null);

  public NoticeSettings {
    rules = List.copyOf(rules);
    allowed = List.copyOf(allowed);
  }

  /** Without the secret that webhooks are signed with, and those in their addresses. */
  @Override
  public String toString() {
    return "NoticeSettings[rules="
        + NoticeRules.shown(rules)
        + ", allowed="
        + allowed
        + ", signed="
        + (secret != null)
        + ", certificates="
        + certificates
        + ", mail="
        + mail
        + "]";
  }

  /**
   * A server that takes mail.
   *
   * @param encrypted from the first byte; otherwise as soon as the server offers it
   * @param user who logs in, or null for nobody
   * @param passwordFile where the password of the user stands, or null for none; read by whoever
   *     sends, and by nobody else
   * @param from the address in the mails
   */
  public record MailServer(
      boolean encrypted,
      String host,
      int port,
      @Nullable String user,
      @Nullable Path passwordFile,
      String from) {

    /** Its address, as it is written in {@code bide.toml}, without the user. */
    @Override
    public String toString() {
      return (encrypted ? "smtps" : "smtp") + "://" + host + ":" + port;
    }
  }
}
