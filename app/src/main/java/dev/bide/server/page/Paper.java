package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.server.Access;
import dev.bide.server.Parts;
import dev.bide.store.StoreDown;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What pages are written on: templates, static files, and the way an answer is sent. Thread-safe.
 */
final class Paper {
  /**
   * What every page listens for that listens at all: that a notice was given up is seen anywhere.
   */
  static final String NOTICES = "notices";

  private static final int WORTH_PACKING = 1_500;

  private final Templates templates = new Templates();
  private final Assets assets = new Assets();
  private final Access access;
  private final Bide bide;

  Paper(Parts parts) {
    this.access = parts.access();
    this.bide = parts.bide();
  }

  /**
   * The frame of a page.
   *
   * @param topics what it listens for, or null when it does not change by itself
   */
  Frame frame(Context context, String title, @Nullable String topics) {
    if (!access.knows(context)) {
      return plainFrame(title);
    }
    String csrf = access.formToken(context);
    return new Frame(
        title,
        context.path(),
        assets.base(),
        csrf.isEmpty() ? null : csrf,
        Instant.now(),
        topics == null || topics.contains(NOTICES) ? topics : topics + "," + NOTICES,
        failedNotices(),
        Alarm.of(bide));
  }

  private int failedNotices() {
    try {
      return bide.notices().failed();
    } catch (StoreDown e) {
      return 0; // that it cannot be read is said on the page
    }
  }

  /** The frame of a page for whoever it is: it says nothing that only a session may know. */
  Frame plainFrame(String title) {
    return new Frame(title, "", assets.base(), null, Instant.now(), null, 0, null);
  }

  /** Answers with a page. */
  void write(Context context, int status, String template, Map<String, Object> parameters) {
    context.status(status);
    context.contentType("text/html; charset=utf-8");
    context.header("Cache-Control", "no-store");
    send(context, templates.render(template, parameters).getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with a static file; one that is asked for by its content's name is kept for ever. */
  void file(Context context) {
    String name = context.pathParam("file");
    byte[] bytes = assets.find(name);
    if (bytes == null) {
      throw new io.javalin.http.NotFoundResponse();
    }
    context.contentType(Assets.type(name));
    context.header(
        "Cache-Control",
        assets.current(context.pathParam("folder"))
            ? "public, max-age=31536000, immutable"
            : "no-cache");
    send(context, bytes);
  }

  private static void send(Context context, byte[] bytes) {
    String accepted = context.header("Accept-Encoding");
    context.header("Vary", "Accept-Encoding");
    if (bytes.length < WORTH_PACKING || accepted == null || !accepted.contains("gzip")) {
      context.result(bytes);
      return;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 3);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    context.header("Content-Encoding", "gzip");
    context.result(packed.toByteArray());
  }
}
