package dev.bide.server.notice;

import dev.bide.notice.NoticeSettings;
import dev.bide.notice.NoticeTarget;
import dev.bide.server.ServerTrouble;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** All ways by which a notice leaves. Nothing is connected to before the first one. Thread-safe. */
public final class NoticeSenders implements Sender, AutoCloseable {
  private final Commands commands;
  private final Webhooks webhooks;
  private final Mails mails;

  private NoticeSenders(Commands commands, Webhooks webhooks, Mails mails) {
    this.commands = commands;
    this.webhooks = webhooks;
    this.mails = mails;
  }

  /**
   * As the settings say.
   *
   * @param password of the user who sends mail, or null for none
   * @param version of the server
   * @throws ServerTrouble naming what is wrong with the settings
   */
  public static NoticeSenders of(
      NoticeSettings settings, @Nullable String password, Path home, String version)
      throws ServerTrouble {
    Path own = settings.certificates();
    SSLContext trust = own == null ? null : Certificates.trust(own);
    Clock clock = Clock.systemUTC();
    return new NoticeSenders(
        new Commands(home, Commands.LONGEST),
        new Webhooks(
            addresses(settings),
            settings.secret(),
            "Bide/" + version,
            clock,
            trust,
            Lookup.USUAL,
            Webhooks.PATIENCE),
        new Mails(settings.mail(), password, trust, clock, Mails.PATIENCE));
  }

  private static Addresses addresses(NoticeSettings settings) throws ServerTrouble {
    try {
      return new Addresses(settings.allowed());
    } catch (IllegalArgumentException e) {
      throw new ServerTrouble("notify-allow in bide.toml: " + e.getMessage(), e);
    }
  }

  @Override
  public void send(NoticeTarget target, Message message) throws NotSent, InterruptedException {
    if (target instanceof NoticeTarget.Webhook webhook) {
      webhooks.send(webhook, message);
    } else if (target instanceof NoticeTarget.Command command) {
      commands.send(command, message);
    } else if (target instanceof NoticeTarget.Mail mail) {
      mails.send(mail, message);
    }
  }

  /**
   * Why nothing will ever be sent there as the settings are, where that can be said at once; empty
   * when it shows only once something is sent.
   */
  Optional<String> refusal(NoticeTarget target) {
    if (target instanceof NoticeTarget.Webhook webhook) {
      return webhooks.refusal(webhook);
    }
    return target instanceof NoticeTarget.Mail ? mails.refusal() : Optional.empty();
  }

  /** Breaks off what is being sent by mail or webhook; a command is ended by who waits for it. */
  @Override
  public void close() {
    webhooks.close();
    mails.close();
  }
}
