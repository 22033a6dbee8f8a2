package dev.bide.app;

import dev.bide.cli.Caller;
import dev.bide.notice.InvalidNotice;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeSettings;
import dev.bide.notice.NoticeSettings.MailServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of {@code bide.toml} that are about notices. */
final class NoticeConfiguration {
  private static final String PASSWORD_FILE = "smtp-password-file";

  private static final String CERTIFICATES = "notify-certificates";

  static final List<String> KEYS =
      List.of(
          "notify",
          "notify-allow",
          "notify-secret",
          CERTIFICATES,
          "smtp",
          PASSWORD_FILE,
          "mail-from");

  private static final int SUBMISSION = 587;
  private static final int ENCRYPTED_SUBMISSION = 465;

  private final SettingsTable file;
  private final Caller caller;

  private NoticeConfiguration(SettingsTable file, Caller caller) {
    this.file = file;
    this.caller = caller;
  }

  /** Reads them; what is wrong is noted in the file. No other file is looked at. */
  static NoticeSettings read(SettingsTable file, Caller caller) {
    NoticeConfiguration in = new NoticeConfiguration(file, caller);
    return new NoticeSettings(
        in.rules(), in.list("notify-allow"), in.secret(), in.path(CERTIFICATES), in.mail());
  }

  private List<String> list(String key) {
    List<String> texts = file.texts(key, "a list of texts");
    return texts == null ? List.of() : texts;
  }

  private List<NoticeRule> rules() {
    List<NoticeRule> rules = new ArrayList<>();
    for (String text : list("notify")) {
      try {
        rules.add(NoticeRule.parse(text));
      } catch (InvalidNotice e) {
        file.wrong("notify", "notify: " + e.getMessage());
      }
    }
    return rules;
  }

  private @Nullable String secret() {
    String secret = file.text("notify-secret");
    if (secret != null && secret.length() < 16) {
      file.wrong(
          "notify-secret", "notify-secret is shorter than 16 characters: anybody could guess it");
    }
    return secret;
  }

  private @Nullable MailServer mail() {
    String smtp = file.text("smtp");
    String from = file.text("mail-from");
    Path passwordFile = path(PASSWORD_FILE);
    if (smtp == null) {
      return null;
    }
    URI uri;
    try {
      uri = new URI(smtp);
    } catch (URISyntaxException e) {
      file.wrong("smtp", form());
      return null;
    }
    boolean encrypted = "smtps".equals(uri.getScheme());
    String user = uri.getUserInfo();
    boolean complete =
        (encrypted || "smtp".equals(uri.getScheme()))
            && uri.getHost() != null
            && uri.getRawPath().isEmpty()
            && uri.getRawQuery() == null
            && (user == null || !(user.isEmpty() || user.contains(":")));
    if (!complete) {
      file.wrong("smtp", form());
      return null;
    }
    if (from == null || !isMailbox(from)) {
      file.wrong(
          from == null ? "smtp" : "mail-from",
          "mail-from wants the address of the sender, such as \"bide@example.org\"");
      return null;
    }
    if ((user == null) != (passwordFile == null)) {
      file.wrong(
          user == null ? PASSWORD_FILE : "smtp",
          "a user in smtp and the file with his password (smtp-password-file) go together");
      return null;
    }
    int usual = encrypted ? ENCRYPTED_SUBMISSION : SUBMISSION;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return new MailServer(encrypted, uri.getHost(), port, user, passwordFile, from);
  }

  private static String form() {
    return "smtp wants an address such as \"smtp://user@mail.example.org:587\"; the password stands"
        + " in a file of its own (smtp-password-file)";
  }

  private static boolean isMailbox(String text) {
    try {
      NoticeRule.parse("mailto:" + text);
      return true;
    } catch (InvalidNotice e) {
      return false;
    }
  }

  /** Of a file that the server alone reads: whoever only asks it something has no use for it. */
  private @Nullable Path path(String key) {
    String text = file.text(key);
    if (text == null) {
      return null;
    }
    String home = caller.variable("HOME");
    try {
      Path path = Path.of(text.startsWith("~/") && home != null ? home + text.substring(1) : text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      // it is no path at all, which is as wrong
    }
    file.wants(key, "an absolute path, or one that begins with ~/");
    return null;
  }
}
