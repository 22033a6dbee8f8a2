package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bide.log.LastLine;
import dev.bide.notice.NoticeSettings.MailServer;
import dev.bide.notice.NoticeTarget;
import jakarta.activation.DataHandler;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.util.ByteArrayDataSource;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/** Sends mail, plain text. Safe from any thread. */
final class Mails implements AutoCloseable {
  private static final String NO_SERVER = "no server for mail is named: smtp in bide.toml does";

  /** How the library says that a server does not encrypt. */
  private static final String NO_STARTTLS = "STARTTLS is required";

  private static final int LONGEST_SUBJECT = 300;

  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The most time for a mail, in waits for a word of the server. */
  private static final int MOST_PATIENCES = 3;

  /** A server that hears a wrong password too often locks its user out, or this machine. */
  static final Duration AFTER_A_REFUSED_LOGIN = Duration.ofMinutes(10);

  private final @Nullable MailServer server;
  private final @Nullable String password;
  private final @Nullable SSLContext trust;
  private final Clock clock;
  private final Duration patience;
  private final Set<MailConnection> open = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor deadlines;
  private volatile @Nullable Refusal refusal;

  /** That the server did not let the user in. */
  private record Refusal(Instant until, String why) {}

  /**
   * Connects to nothing yet.
   *
   * @param server null: no mail can be sent
   * @param password of its user; never sent unencrypted
   * @param trust whose certificates are accepted; null: those that this Java accepts
   * @param patience how long each word of the server is waited for
   */
  Mails(
      @Nullable MailServer server,
      @Nullable String password,
      @Nullable SSLContext trust,
      Clock clock,
      Duration patience) {
    this.server = server;
    this.password = password;
    this.trust = trust;
    this.clock = clock;
    this.patience = patience;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread one = new Thread(work, "bide-mail-deadlines");
              one.setDaemon(true);
              return one;
            });
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /** Why no mail will ever be sent as the settings are; empty when it may be. */
  Optional<String> refusal() {
    return server == null ? Optional.of(NO_SERVER) : Optional.empty();
  }

  /**
   * Sends one.
   *
   * @throws NotSent for good where the server will not take it another time either: its answer
   *     began with 5, which is the end also where mail servers talk to each other (RFC 5321,
   *     4.2.1). A login that was refused is none of these: passwords are mended, and a server that
   *     cannot reach the list of its users says the same.
   */
  void send(NoticeTarget.Mail target, Message message) throws NotSent {
    MailServer to = server;
    if (to == null) {
      throw NotSent.forGood(NO_SERVER);
    }
    Refusal before = refusal;
    boolean test = message.facts().containsKey(Message.TEST);
    if (before != null && !test && clock.instant().isBefore(before.until())) {
      throw NotSent.forNow(before.why());
    }
    MailConnection connection = new MailConnection();
    Future<?> end = begin(connection);
    Session session = Session.getInstance(properties(to, connection));
    boolean taken = false;
    try (Transport transport = session.getTransport(protocol(to))) {
      MimeMessage mail = mail(session, to, target, message);
      connect(transport, to);
      transport.sendMessage(mail, mail.getAllRecipients());
      taken = true;
    } catch (MessagingException e) {
      if (taken) {
        return; // it is the farewell that went wrong: another try would be a second mail
      }
      throw connection.isCut() ? NotSent.forNow(slow(to)) : failed(to, e);
    } finally {
      end.cancel(false);
      open.remove(connection);
    }
  }

  private Future<?> begin(MailConnection connection) throws NotSent {
    open.add(connection);
    try {
      return deadlines.schedule(
          connection::cut, MOST_PATIENCES * patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      open.remove(connection);
      throw NotSent.forNow("the server ends");
    }
  }

  private static String slow(MailServer server) {
    return server.host() + ":" + server.port() + " did not answer in time";
  }

  /** Breaks off what is being sent; nothing more is. */
  @Override
  public void close() {
    deadlines.shutdownNow();
    open.forEach(MailConnection::cut);
  }

  private void connect(Transport transport, MailServer to) throws MessagingException, NotSent {
    try {
      transport.connect(to.host(), to.port(), to.user(), password);
      refusal = null;
    } catch (AuthenticationFailedException e) {
      String why = to.host() + " does not let the user " + to.user() + " in: " + firstLine(e);
      refusal = new Refusal(clock.instant().plus(AFTER_A_REFUSED_LOGIN), why);
      throw NotSent.forNow(why);
    }
  }

  private static String protocol(MailServer server) {
    return server.encrypted() ? "smtps" : "smtp";
  }

  private Properties properties(MailServer server, MailConnection connection) {
    String prefix = "mail." + protocol(server) + ".";
    String millis = Long.toString(patience.toMillis());
    boolean secret = password != null;
    Properties properties = new Properties();
    properties.put(prefix + "connectiontimeout", millis);
    properties.put(prefix + "timeout", millis);
    properties.put(prefix + "writetimeout", millis);
    properties.put(prefix + "ssl.checkserveridentity", "true");
    // a server on this machine mostly shows a certificate that nobody has signed, and what does not
    // leave the machine needs none
    properties.put(
        prefix + "starttls.enable", Boolean.toString(secret || !isThisMachine(server.host())));
    properties.put(prefix + "starttls.required", Boolean.toString(secret && !server.encrypted()));
    properties.put(prefix + "auth", Boolean.toString(server.user() != null));
    SSLSocketFactory usual =
        trust == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : trust.getSocketFactory();
    properties.put(prefix + "ssl.socketFactory", connection.encrypted(usual));
    properties.put(prefix + "socketFactory", connection.plain());
    properties.put(prefix + "socketFactory.fallback", "false");
    return properties;
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]+){3}");
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
    mail.setSubject(subject(message.title()), UTF_8.name());
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

  /**
   * A line break would begin another header, and without a blank nothing can be folded: a line has
   * at most 998 bytes (RFC 5322, 2.1.1). The whole title stands in the body.
   */
  private static String subject(String title) {
    String line = title.replaceAll("[\\p{Cntrl}\u0085\u2028\u2029]+", " ");
    return line.codePointCount(0, line.length()) <= LONGEST_SUBJECT
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_SUBJECT - 1)) + "…";
  }

  private static NotSent failed(MailServer server, MessagingException failure) {
    String encryption = Certificates.trouble(server.host(), failure);
    if (encryption != null) {
      return NotSent.forNow(encryption);
    }
    for (Exception one = failure;
        one != null;
        one = one instanceof MessagingException outer ? outer.getNextException() : null) {
      int code = code(one);
      if (code >= 500) {
        return NotSent.forGood(server.host() + " does not take it: " + firstLine(one));
      } else if (code >= 400) {
        return NotSent.forNow(server.host() + " does not take it now: " + firstLine(one));
      }
    }
    if (String.valueOf(failure.getMessage()).startsWith(NO_STARTTLS)) {
      return NotSent.forNow(
          server.host()
              + " offers no encryption (STARTTLS), and the password is not sent without:"
              + " smtps:// is for servers that encrypt from the first byte");
    }
    return NotSent.forNow(broken(server, failure));
  }

  private static String broken(MailServer server, MessagingException failure) {
    String where = server.host() + ":" + server.port();
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof UnknownHostException) {
        return "no address is known of the host " + server.host();
      } else if (one instanceof ConnectException) {
        return "no connection to " + where;
      } else if (one instanceof SocketTimeoutException) {
        return slow(server);
      }
    }
    return "no mail by " + where + ": " + firstLine(failure);
  }

  private static int code(Exception failure) {
    if (failure instanceof SMTPAddressFailedException recipient) {
      return recipient.getReturnCode();
    } else if (failure instanceof SMTPSenderFailedException sender) {
      return sender.getReturnCode();
    }
    return failure instanceof SMTPSendFailedException mail ? mail.getReturnCode() : 0;
  }

  /** What a server wrote, as plain text. */
  private static String firstLine(Exception failure) {
    String said = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    String plain = LastLine.plain(said).strip();
    return plain.isEmpty() ? "no reason given" : plain;
  }
}
