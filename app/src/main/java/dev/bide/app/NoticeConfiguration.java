package dev.bide.app;

import dev.bide.cli.Caller;
import dev.bide.notice.InvalidNotice;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeSettings;
import dev.bide.notice.NoticeSettings.MailServer;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;

/** The settings of {@code bide.toml} that are about notices. */
final class NoticeConfiguration {
  static final List<String> KEYS =
      List.of("notify", "notify-allow", "notify-secret", "smtp", "smtp-password-file", "mail-from");

  private static final int SUBMISSION = 587;
  private static final int ENCRYPTED_SUBMISSION = 465;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final TomlParseResult toml;
  private final Caller caller;
  private final List<String> errors;

  private NoticeConfiguration(TomlParseResult toml, Caller caller, List<String> errors) {
    this.toml = toml;
    this.caller = caller;
    this.errors = errors;
  }

  /**
   * Reads them.
   *
   * @param errors gets what is wrong, with its line
   */
  static NoticeSettings read(TomlParseResult toml, Caller caller, List<String> errors) {
    NoticeConfiguration in = new NoticeConfiguration(toml, caller, errors);
    return new NoticeSettings(in.rules(), in.list("notify-allow"), in.secret(), in.mail());
  }

  private void wrong(String key, String message) {
    errors.add(Configuration.line(toml, key) + message);
  }

  private List<String> list(String key) {
    Object value = toml.get(List.of(key));
    if (value == null) {
      return List.of();
    }
    if (value instanceof TomlArray array
        && array.toList().stream().allMatch(String.class::isInstance)) {
      return array.toList().stream().map(String::valueOf).toList();
    }
    wrong(key, key + " wants a list of texts");
    return List.of();
  }

  private @Nullable String text(String key) {
    Object value = toml.get(List.of(key));
    if (value == null || value instanceof String) {
      return (String) value;
    }
    wrong(key, key + " wants a text in quotes");
    return null;
  }

  private List<NoticeRule> rules() {
    List<NoticeRule> rules = new ArrayList<>();
    for (String text : list("notify")) {
      try {
        rules.add(NoticeRule.parse(text));
      } catch (InvalidNotice e) {
        wrong("notify", "notify: " + e.getMessage());
      }
    }
    return rules;
  }

  private @Nullable String secret() {
    String secret = text("notify-secret");
    if (secret != null && secret.length() < 16) {
      wrong("notify-secret", "notify-secret is shorter than 16 characters: anybody could guess it");
    }
    return secret;
  }

  private @Nullable MailServer mail() {
    String smtp = text("smtp");
    String from = text("mail-from");
    String password = password(text("smtp-password-file"));
    if (smtp == null) {
      return null;
    }
    URI uri;
    try {
      uri = new URI(smtp);
    } catch (URISyntaxException e) {
      wrong("smtp", form());
      return null;
    }
    boolean encrypted = "smtps".equals(uri.getScheme());
    String user = uri.getUserInfo();
    boolean complete =
        (encrypted || "smtp".equals(uri.getScheme()))
            && uri.getHost() != null
            && uri.getRawPath().isEmpty()
            && uri.getRawQuery() == null
            && (user == null || !user.contains(":"));
    if (!complete) {
      wrong("smtp", form());
      return null;
    }
    if (from == null || !isMailbox(from)) {
      wrong(
          from == null ? "smtp" : "mail-from",
          "mail-from wants the address of the sender, such as \"bide@example.org\"");
      return null;
    }
    int usual = encrypted ? ENCRYPTED_SUBMISSION : SUBMISSION;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return new MailServer(encrypted, uri.getHost(), port, user, password, from);
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

  private @Nullable String password(@Nullable String file) {
    if (file == null) {
      return null;
    }
    String home = caller.variable("HOME");
    try {
      Path path = Path.of(file.startsWith("~/") && home != null ? home + file.substring(1) : file);
      if (!path.isAbsolute()) {
        wrong("smtp-password-file", "smtp-password-file wants an absolute path");
      } else if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
        wrong("smtp-password-file", path + " can be read by others: chmod 600 " + path);
      } else {
        return Files.readString(path).strip();
      }
    } catch (InvalidPathException e) {
      wrong("smtp-password-file", "smtp-password-file wants a path");
    } catch (IOException e) {
      wrong("smtp-password-file", file + " cannot be read: " + e.getMessage());
    }
    return null;
  }
}
