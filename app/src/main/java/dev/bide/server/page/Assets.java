package dev.bide.server.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files a page needs, read once from the jar. They stand below a folder that is named after the
 * content of all of them, so that a browser may keep them for ever and modules may import each
 * other by relative names. Immutable.
 */
final class Assets {
  private static final List<String> NAMES =
      List.of(
          "ansi.js",
          "bide.css",
          "bide.js",
          "forms.js",
          "icon.svg",
          "keys.js",
          "live.js",
          "log.js",
          "login.js",
          "patch.js",
          "pause.js",
          "plan.js",
          "refresh.js",
          "schedules.css",
          "settings.css",
          "time.js",
          "toast.js");

  private final Map<String, byte[]> files = new HashMap<>();
  private final String folder;

  Assets() {
    MessageDigest digest = sha256();
    for (String name : NAMES) {
      byte[] bytes = read(name);
      digest.update(bytes);
      files.put(name, bytes);
    }
    folder = HexFormat.of().formatHex(digest.digest(), 0, 6);
  }

  /** What stands in front of a file's name in a page, with a slash at its end. */
  String base() {
    return "/static/" + folder + "/";
  }

  /** True when this is the folder that this version's pages name. */
  boolean current(String name) {
    return folder.equals(name);
  }

  /** A file by its name, or null; not to be changed. */
  byte @Nullable [] find(String name) {
    return files.get(name);
  }

  /** The media type of a file. */
  static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> "text/javascript; charset=utf-8";
    };
  }

  private static byte[] read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream("/static/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks static/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
