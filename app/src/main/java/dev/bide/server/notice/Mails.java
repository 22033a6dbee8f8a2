package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bide.notice.NoticeSettings.MailServer;
import dev.bide.notice.NoticeTarget;
import jakarta.activation.DataHandler;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.util.ByteArrayDataSource;
import java.time.Duration;
import java.util.Date;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/** Sends mail, plain text. Safe from any thread. */
final class Mails {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final @Nullable MailServer server;

  Mails(@Nullable MailServer server) {
    this.server = server;
  }

  void send(NoticeTarget.Mail target, Message message) throws NotSent {
    MailServer to = server;
    if (to == null) {
      throw NotSent.forGood("no server for mail is named: smtp in bide.toml does");
    }
    Session session = Session.getInstance(properties(to));
    try (Transport transport = session.getTransport(protocol(to))) {
      MimeMessage mail = mail(session, to, target, message);
      transport.connect(to.host(), to.port(), to.user(), to.password());
      transport.sendMessage(mail, mail.getAllRecipients());
    } catch (MessagingException e) {
      throw failed(to, e);
    }
  }

  private static String protocol(MailServer server) {
    return server.encrypted() ? "smtps" : "smtp";
  }

  private static Properties properties(MailServer server) {
    String prefix = "mail." + protocol(server) + ".";
    String millis = Long.toString(PATIENCE.toMillis());
    Properties properties = new Properties();
    properties.put(prefix + "connectiontimeout", millis);
    properties.put(prefix + "timeout", millis);
    properties.put(prefix + "writetimeout", millis);
    properties.put(prefix + "ssl.checkserveridentity", "true");
    properties.put(prefix + "starttls.enable", "true");
    properties.put(
        prefix + "starttls.required",
        Boolean.toString(server.password() != null && !server.encrypted()));
    properties.put(prefix + "auth", Boolean.toString(server.user() != null));
    return properties;
  }

  private static MimeMessage mail(
      Session session, MailServer server, NoticeTarget.Mail target, Message message)
      throws MessagingException {
    MimeMessage mail =
        new MimeMessage(session) {
          @Override
          protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + message.id() + "@bide>"); // the same for each try
          }
        };
    mail.setFrom(new InternetAddress(server.from(), true));
    mail.setRecipient(
        jakarta.mail.Message.RecipientType.TO, new InternetAddress(target.address(), true));
    mail.setSubject(oneLine(message.title()), UTF_8.name());
    mail.setSentDate(Date.from(message.at()));
    mail.setHeader("Auto-Submitted", "auto-generated");
    String body = message.body();
    String link = message.link();
    String text =
        message.title()
            + "\n"
            + (body.isEmpty() ? "" : "\n" + body + "\n")
            + (link == null ? "" : "\n" + link + "\n");
    mail.setDataHandler(
        new DataHandler(
            new ByteArrayDataSource(text.getBytes(UTF_8), "text/plain; charset=utf-8")));
    mail.saveChanges();
    return mail;
  }

  /** A line break would begin another header. */
  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\u0085\u2028\u2029]+", " ");
  }

  private static NotSent failed(MailServer server, MessagingException failure) {
    for (Exception one = failure;
        one != null;
        one = one instanceof MessagingException outer ? outer.getNextException() : null) {
      int code = code(one);
      if (code >= 500) {
        return NotSent.forGood(server.host() + " does not take it: " + firstLine(one));
      }
    }
    return NotSent.forNow("no mail by " + server.host() + ": " + firstLine(failure));
  }

  private static int code(Exception failure) {
    return failure instanceof SMTPAddressFailedException address
        ? address.getReturnCode()
        : failure instanceof SMTPSendFailedException send ? send.getReturnCode() : 0;
  }

  private static String firstLine(Exception failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
