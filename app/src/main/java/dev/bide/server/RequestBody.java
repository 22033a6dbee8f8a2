package dev.bide.server;

import dev.bide.api.Json;
import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request carries, never more than is allowed, whatever Content-Length says. Large
 * bodies are read two at a time: they are the only thing that could fill the memory.
 */
public final class RequestBody {
  /** The most bytes of a request about one thing. */
  static final int MOST_FOR_ONE = 4 << 20;

  /** The most bytes of a request about a list. */
  static final int MOST_FOR_LIST = 16 << 20;

  private static final int LARGE = 1 << 20;
  private static final int LARGE_AT_ONCE = 2;
  private static final int PATIENCE_SECONDS = 20;

  /** So much of what is too long is still taken, so that the sender gets to read the answer. */
  private static final long MOST_TO_SKIP = 64L << 20;

  /** What is named as the charset of a body, without quotes, perhaps nothing. */
  private static final Pattern CHARSET =
      Pattern.compile("charset\\s*=?\\s*\"?([^\";\\s]*)", Pattern.CASE_INSENSITIVE);

  /** Bytes under these names are UTF-8. */
  private static final Set<String> ALWAYS_UTF_8 = Set.of("utf-8", "utf8", "us-ascii");

  private final Semaphore large = new Semaphore(LARGE_AT_ONCE);
  private final Semaphore waiting = new Semaphore(Patience.MOST_WAITING);

  /** What a body was read for. */
  interface Use<T> {
    T with(byte[] body);
  }

  /**
   * The fields of a JSON object that is optional.
   *
   * @throws Problem 400, 413 or 415
   */
  Map<?, ?> optionalObject(Context context) {
    return read(
        context, MOST_FOR_ONE, bytes -> bytes.length == 0 ? Map.of() : object(context, bytes));
  }

  /**
   * The fields of a JSON object that is needed.
   *
   * @throws Problem 400, 413 or 415
   */
  Map<?, ?> neededObject(Context context) {
    return read(
        context,
        MOST_FOR_ONE,
        bytes -> {
          if (bytes.length == 0) {
            throw Problem.malformed("the body is missing: a JSON object is needed");
          }
          return object(context, bytes);
        });
  }

  /** The fields of a JSON object. */
  static Map<?, ?> object(Context context, byte[] bytes) {
    requireType(context, "application/json");
    if (parse(bytes) instanceof Map<?, ?> map) {
      return map;
    }
    throw Problem.malformed("the body is no JSON object");
  }

  /** Refuses what has a field that is none of these. */
  static void only(Map<?, ?> request, List<String> known) {
    for (Object key : request.keySet()) {
      String name = String.valueOf(key);
      if (!known.contains(name)) {
        throw Problem.invalid(name, unknown(name, known));
      }
    }
  }

  /** What is said of a field that is none of these. */
  static String unknown(String field, List<String> known) {
    return "is no field that is known" + DidYouMean.hint(field, known);
  }

  private static @Nullable Object parse(byte[] bytes) {
    try {
      return Json.read(bytes);
    } catch (Json.Malformed e) {
      throw Problem.malformed("the body is no JSON that can be read: " + e.getMessage());
    }
  }

  /** Refuses a body of another type; browsers may send some types without asking first. */
  static void requireType(Context context, String type) {
    String said = context.contentType();
    String bare = said == null ? "" : said.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!bare.equals(type)) {
      throw new Problem(
          415,
          "wrong-type",
          "The body is of another type",
          "send the body as Content-Type: " + type + (said == null ? "" : ", not " + said));
    }
  }

  /**
   * Refuses every charset but UTF-8. Javalin would read the query in it too, and take a query for
   * empty whose charset has no name.
   */
  static void requireUtf8(Context context) {
    String said = context.contentType();
    Matcher charset = CHARSET.matcher(said == null ? "" : said);
    if (charset.find() && !ALWAYS_UTF_8.contains(charset.group(1).toLowerCase(Locale.ROOT))) {
      throw notUtf8();
    }
  }

  static Problem notUtf8() {
    return new Problem(
        415, "wrong-type", "The body is of another type", "send the body as charset=utf-8");
  }

  static Problem tooLarge(int most) {
    return new Problem(
        413,
        "too-large",
        "The body is too large",
        "the body is longer than the "
            + (most >> 20)
            + " MB that are allowed here"
            + (most == MOST_FOR_LIST
                ? ": send it in parts"
                : ": put large arguments and values into files"));
  }

  /** Reads it and uses it. */
  <T> T read(Context context, int most, Use<T> use) {
    if (context.req().getContentLengthLong() > most + MOST_TO_SKIP) {
      // it would not be read to its end anyway
      throw tooLarge(most);
    }
    boolean held = false;
    try (Patience patience = new Patience(waiting, context)) {
      ServletInputStream in = context.req().getInputStream();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] chunk = new byte[16 << 10];
      int read;
      while ((read = patience.read(in, chunk)) >= 0) {
        if (out.size() + read > most) {
          skip(in, chunk, patience);
          throw tooLarge(most);
        }
        if (!held && out.size() + read > LARGE) {
          patience.begin();
          hold();
          patience.restart();
          held = true;
        }
        out.write(chunk, 0, read);
      }
      return use.with(out.toByteArray());
    } catch (IOException e) {
      throw Problem.malformed("the body ended before it was complete");
    } finally {
      if (held) {
        large.release();
      }
    }
  }

  private void hold() {
    boolean free;
    try {
      free = large.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      free = false;
    }
    if (!free) {
      throw new Problem(
              503, "busy", "The server is busy", "too many large requests at once: try again")
          .with("Retry-After", "5");
    }
  }

  private static void skip(ServletInputStream in, byte[] chunk, Patience patience)
      throws IOException {
    long skipped = 0;
    int read;
    while (skipped < MOST_TO_SKIP && (read = patience.read(in, chunk)) >= 0) {
      skipped += read;
    }
  }
}
