package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.bide.Ports;
import dev.bide.Unhurried;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeSettings.MailServer;
import dev.bide.notice.NoticeTarget;
import dev.bide.server.SmtpReceiver;
import dev.bide.server.TlsIdentity;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail as it reaches a server that encrypts, asks for a password, refuses or falls silent. */
class MailsTest {
  private static final NoticeTarget.Mail ME = new NoticeTarget.Mail("me@example.org");
  private static final Duration LONG = Duration.ofSeconds(20);

  @SuppressWarnings("NullAway.Init")
  private static TlsIdentity localhost;

  @SuppressWarnings("NullAway.Init")
  private static SSLContext trusting;

  private final HandClock clock = new HandClock();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void identity(@TempDir Path directory) throws Exception {
    localhost = TlsIdentity.make(directory, "dns:localhost");
    trusting = Certificates.trust(localhost.certificate());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private Mails closing(Mails mails) {
    open.add(mails);
    return mails;
  }

  private SmtpReceiver receiver(
      @Nullable TlsIdentity identity, boolean fromTheFirstByte, @Nullable String login)
      throws Exception {
    SmtpReceiver made =
        new SmtpReceiver(identity == null ? null : identity.context(), fromTheFirstByte, login);
    open.add(made);
    return made;
  }

  private Mails mails(
      SmtpReceiver to, boolean encrypted, @Nullable String password, @Nullable SSLContext trust) {
    return mails(to.port(), encrypted, password, trust, LONG);
  }

  private Mails mails(
      int port,
      boolean encrypted,
      @Nullable String password,
      @Nullable SSLContext trust,
      Duration patience) {
    String user = password == null ? null : "ada";
    MailServer server =
        new MailServer(encrypted, "localhost", port, user, null, "bide@example.org");
    return closing(new Mails(server, password, trust, clock, patience));
  }

  private static Message message(String title, String... lines) {
    return message(title, Map.of(), lines);
  }

  private static Message message(String title, Map<String, Object> facts, String... lines) {
    return new Message(
        "7", PaceTest.NOON, NoticeEvent.END, false, title, "", List.of(lines), null, facts);
  }

  private static NotSent refusal(Mails mails) {
    return refusal(mails, message("nothing"));
  }

  private static NotSent refusal(Mails mails, Message message) {
    return catchThrowableOfType(NotSent.class, () -> mails.send(ME, message));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPasswordIsSentToAServerThatEncryptsAndIsTrusted(boolean fromTheFirstByte) throws Exception {
    SmtpReceiver server = receiver(localhost, fromTheFirstByte, "ada:geheim ÿ");
    mails(server, fromTheFirstByte, "geheim ÿ", trusting).send(ME, message("it ended"));

    assertThat(server.mails()).hasSize(1);
    assertThat(server.heard("AUTH")).hasSize(1).allMatch(SmtpReceiver.Heard::encrypted);
    assertThat(server.heard("RCPT")).hasSize(1).allMatch(SmtpReceiver.Heard::encrypted);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCertificateThatNobodyTrustedHasSignedIsRefusedBeforeThePasswordIsSent(
      boolean fromTheFirstByte) throws Exception {
    SmtpReceiver server = receiver(localhost, fromTheFirstByte, "ada:geheim");
    NotSent refusal = refusal(mails(server, fromTheFirstByte, "geheim", null));

    assertThat(refusal.why())
        .startsWith("no encrypted connection to localhost: its certificate is signed by nobody")
        .contains("notify-certificates");
    assertThat(refusal.isForGood()).isFalse();
    assertThat(server.heard("AUTH")).isEmpty();
    assertThat(server.mails()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrustedCertificateForAnotherNameIsRefused(boolean fromTheFirstByte, @TempDir Path directory)
      throws Exception {
    TlsIdentity other = TlsIdentity.make(directory, "dns:mail.example");
    SmtpReceiver server = receiver(other, fromTheFirstByte, "ada:geheim");
    SSLContext trust = Certificates.trust(other.certificate());

    assertThat(refusal(mails(server, fromTheFirstByte, "geheim", trust)).why())
        .isEqualTo("no encrypted connection to localhost: its certificate is for another name");
    assertThat(server.heard("AUTH")).isEmpty();
  }

  @Test
  void withoutEncryptionNoPasswordIsSent() throws Exception {
    SmtpReceiver server = receiver(null, false, "ada:geheim");
    NotSent refusal = refusal(mails(server, false, "geheim", trusting));

    assertThat(refusal.why()).startsWith("localhost offers no encryption (STARTTLS)");
    assertThat(refusal.isForGood()).isFalse();
    assertThat(server.heard("AUTH")).isEmpty();
    assertThat(server.heard("MAIL")).isEmpty();
  }

  @Test
  void aServerOnThisMachineNeedsNoEncryptionWhereThereIsNoPassword() throws Exception {
    SmtpReceiver server = receiver(localhost, false, null);
    mails(server, false, null, null).send(ME, message("it ended"));

    assertThat(server.heard("STARTTLS")).isEmpty();
    assertThat(server.mails()).hasSize(1);
  }

  @Test
  void aWrongPasswordIsNotTriedOverAndOver() throws Exception {
    SmtpReceiver server = receiver(localhost, false, "ada:geheim");
    Mails mails = mails(server, false, "guessed", trusting);
    NotSent refusal = refusal(mails);
    assertThat(refusal.why())
        .isEqualTo("localhost does not let the user ada in: 535 5.7.8 wrong name or password");
    assertThat(refusal.isForGood()).as("a password can be mended").isFalse();

    assertThat(refusal(mails).why()).isEqualTo(refusal.why());
    assertThat(server.heard("AUTH")).hasSize(1);
    Message test = message("a test", Map.of(Message.TEST, true));
    assertThat(refusal(mails, test).why()).isEqualTo(refusal.why());
    assertThat(server.heard("AUTH")).as("somebody waits for the answer").hasSize(2);
    clock.now = clock.now.plus(Mails.AFTER_A_REFUSED_LOGIN);
    assertThat(refusal(mails).why()).isEqualTo(refusal.why());
    assertThat(server.heard("AUTH")).hasSize(3);
    server.answer("AUTH", "235 welcome");
    mails.send(ME, test);
    mails.send(ME, message("at once again"));
    assertThat(server.mails()).hasSize(2);
  }

  @Test
  void aServerThatIsDownIsNamed() throws Exception {
    int port = Ports.free();
    NotSent refusal = refusal(mails(port, false, null, null, LONG));

    assertThat(refusal.why()).isEqualTo("no connection to localhost:" + port);
    assertThat(refusal.isForGood()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {SmtpReceiver.GREETING, "EHLO", "MAIL", "DATA", SmtpReceiver.END_OF_MAIL})
  void aServerThatFallsSilentIsLeft(String word) throws Exception {
    SmtpReceiver server = receiver(null, false, null);
    server.answer(word, SmtpReceiver.SILENCE);
    NotSent refusal = refusal(mails(server.port(), false, null, null, Duration.ofMillis(300)));

    assertThat(refusal.why()).isEqualTo("localhost:" + server.port() + " did not answer in time");
    assertThat(refusal.isForGood()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aServerThatSaysALittleForEverIsLeft(boolean fromTheFirstByte) throws Exception {
    SmtpReceiver server = receiver(fromTheFirstByte ? localhost : null, fromTheFirstByte, null);
    server.answer("RCPT", SmtpReceiver.ENDLESS);
    Duration patience = Duration.ofSeconds(1); // enough for what comes before, also encrypted
    NotSent refusal = refusal(mails(server.port(), fromTheFirstByte, null, trusting, patience));

    assertThat(refusal.why()).isEqualTo("localhost:" + server.port() + " did not answer in time");
    assertThat(refusal.isForGood()).isFalse();
  }

  @Test
  void aMailThatWasTakenIsSentThoughTheFarewellGoesWrong() throws Exception {
    SmtpReceiver server = receiver(null, false, null);
    server.answer("QUIT", SmtpReceiver.ENDLESS);
    Mails mails = mails(server, false, null, null);
    CompletableFuture<Void> cutOff =
        CompletableFuture.runAsync(
            () -> {
              await().until(() -> !server.heard("QUIT").isEmpty());
              mails.close();
            });
    mails.send(ME, message("it ended"));

    assertThat(server.mails()).hasSize(1);
    assertThat(cutOff).succeedsWithin(Unhurried.LONG);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsBeingSentEndsWhenTheServerDoes(boolean fromTheFirstByte) throws Exception {
    SmtpReceiver server = receiver(fromTheFirstByte ? localhost : null, fromTheFirstByte, null);
    server.answer("RCPT", SmtpReceiver.SILENCE);
    Mails mails = mails(server, fromTheFirstByte, null, trusting);
    CompletableFuture<NotSent> refusal = CompletableFuture.supplyAsync(() -> refusal(mails));
    await().until(() -> !server.heard("RCPT").isEmpty());
    mails.close();

    assertThat(refusal).succeedsWithin(LONG.dividedBy(2));
    assertThat(refusal(mails).why()).isEqualTo("the server ends");
  }

  @ParameterizedTest
  @CsvSource({
    "RCPT, 550 5.1.1 no such user, true",
    "RCPT, 450 4.2.0 greylisted, false",
    "MAIL, 553 5.1.8 no such sender, true",
    "MAIL, 421 too busy, false",
    "DATA, 554 5.7.1 spam, true",
    "END-OF-MAIL, 552 5.3.4 too big, true",
    "END-OF-MAIL, 452 4.3.1 disk full, false",
    "GREETING, 554 not in service, false",
    "GREETING, 421 too many connections, false"
  })
  void whatAServerWillNeverTakeIsGivenUpAtOnce(String word, String answer, boolean forGood)
      throws Exception {
    SmtpReceiver server = receiver(null, false, null);
    server.answer(word, answer);
    NotSent refusal = refusal(mails(server, false, null, null));

    assertThat(refusal.isForGood()).as(refusal.why()).isEqualTo(forGood);
    assertThat(refusal.why()).contains(answer.substring(4));
  }

  @Test
  void whatAServerSaysIsPlainText() throws Exception {
    SmtpReceiver server = receiver(null, false, null);
    server.answer("RCPT", "550 \u001b[31mred\u001b[0m and back\u0007");

    assertThat(refusal(mails(server, false, null, null)).why())
        .isEqualTo("localhost does not take it: 550 red and back");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "job 1 (x\r\nBcc: eve@example.org\r\n\r\nanother body) ended",
        "job 1 (x\n.\nMAIL FROM:<eve@example.org>) ended",
        "job 1 (x\u2028Bcc: eve@example.org\u0085Cc: eve@example.org) ended"
      })
  void aNameWithALineBreakBeginsNoHeader(String title) throws Exception {
    SmtpReceiver server = receiver(null, false, null);
    mails(server, false, null, null).send(ME, message(title));
    MimeMessage mail = read(server.mails().get(0));

    assertThat(mail.getAllRecipients()).hasSize(1);
    assertThat(mail.getHeader("Bcc")).isNull();
    assertThat(mail.getHeader("Cc")).isNull();
    assertThat(mail.getSubject()).startsWith("job 1 (x ").endsWith(") ended");
    assertThat(server.heard("MAIL")).hasSize(1);
    assertThat(server.heard("RCPT")).hasSize(1);
  }

  @Test
  void anySubjectComesAsItWasAndInShortLines() throws Exception {
    SmtpReceiver server = receiver(null, false, null);
    String title = "job 1 (" + "日本語 и русский ñ 🎉".repeat(12) + ") failed";
    mails(server, false, null, null).send(ME, message(title));
    String raw = server.mails().get(0);

    assertThat(read(raw).getSubject()).isEqualTo(title);
    assertThat(head(raw)).allMatch(line -> line.length() <= 78);
    assertThat(head(raw)).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 127));
  }

  @Test
  void aNameWithoutABlankIsNoLongLine() throws Exception {
    SmtpReceiver server = receiver(null, false, null);
    String title = "x".repeat(3_000);
    mails(server, false, null, null).send(ME, message(title));

    assertThat(server.mails().get(0).lines()).allMatch(line -> line.length() <= 998);
    assertThat(read(server.mails().get(0)).getSubject()).startsWith("xxx");
  }

  @Test
  void longLinesAndDotsComeAsTheyWere() throws Exception {
    SmtpReceiver server = receiver(null, false, null);
    String line = "0123456789".repeat(800);
    mails(server, false, null, null)
        .send(ME, message("it ended", line, ".", "..", "From here", "größer", "", "the end"));
    String raw = server.mails().get(0);

    assertThat(raw.lines()).allMatch(one -> one.length() <= 998);
    assertThat(String.valueOf(read(raw).getContent()).lines())
        .containsExactly("it ended", "", line, ".", "..", "From here", "größer", "", "the end");
    assertThat(read(raw).getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(read(raw).getMessageID()).isEqualTo("<7@bide>");
  }

  private static MimeMessage read(String mail) throws Exception {
    return new MimeMessage(
        Session.getInstance(new Properties()), new ByteArrayInputStream(mail.getBytes(ISO_8859_1)));
  }

  private static List<String> head(String mail) {
    return mail.lines().takeWhile(line -> !line.isEmpty()).toList();
  }
}
