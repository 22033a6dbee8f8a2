package dev.bide.server;

import dev.bide.api.Json;
import dev.bide.engine.Busy;
import dev.bide.engine.Refused;
import dev.bide.store.StoreDown;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * Turns whatever was thrown into one answer: problem+json with an id by which the server's log
 * names it, and never a stack trace.
 */
public final class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class.getName());

  /** What is said of a request that a stop of the server cut off. */
  static final String CUT_OFF =
      "the server is ending; whether it happened is not known: the same Idempotency-Key is safe to"
          + " send again";

  private static final String GIVEN = "bide.problem";

  static final String CONTENT_TYPE = "application/problem+json";

  private final SecureRandom random = new SecureRandom();
  private volatile boolean serverEnds;

  /** From here on requests break off because the server ends, through no fault of theirs. */
  void serverEnds() {
    serverEnds = true;
  }

  /**
   * What was answered for what was thrown.
   *
   * @param errorId by which the server's log names it
   */
  public record Given(Problem problem, String errorId) {}

  /** What was answered with a problem, or null when nothing was thrown. */
  public static @Nullable Given given(Context context) {
    return context.attribute(GIVEN);
  }

  /** Answers everything that is thrown in a route. */
  void register(RoutesConfig routes) {
    routes.exception(
        HttpResponseException.class, (thrown, context) -> answer(context, ofHttp(thrown, context)));
    routes.exception(Exception.class, (thrown, context) -> answer(context, thrown));
  }

  /** What was thrown, as a problem. */
  public Problem of(Throwable thrown) {
    Problem problem = byItself(thrown);
    return serverEnds && (problem.status() == 400 || problem.status() == 500)
        ? new Problem(503, "stopping", "The server is ending", CUT_OFF).with("Retry-After", "1")
        : problem;
  }

  private Problem byItself(Throwable thrown) {
    if (thrown instanceof Problem problem) {
      return problem;
    } else if (thrown instanceof Refused refused) {
      return of(refused);
    } else if (thrown instanceof Busy busy) {
      return new Problem(503, "busy", "The server is busy", message(busy))
          .with("Retry-After", seconds(Math.max(1, busy.retryAfter().toSeconds())));
    } else if (thrown instanceof StoreDown down) {
      String unknown =
          down.outcomeUnknown()
              ? "; whether it happened is not known: the same Idempotency-Key is safe to send again"
              : "";
      return new Problem(503, "store-down", "The store cannot be used", message(down) + unknown)
          .with("Retry-After", seconds(5));
    } else if (thrown instanceof UnsupportedCharsetException
        || thrown instanceof IllegalCharsetNameException) {
      // of the Content-Type: thrown by Jetty before any handler of ours sees the request
      return RequestBody.notUtf8();
    } else if (thrown instanceof ServletException
        && thrown.getCause() instanceof HttpException bad
        && bad.getCode() < 500) {
      return Problem.malformed("the body is not what its type says: " + bad.getReason());
    } else if ((thrown instanceof CompletionException || thrown instanceof ExecutionException)
        && thrown.getCause() != null) {
      return of(thrown.getCause());
    }
    return new Problem(
        500, "internal", "Bide has a fault", "something unexpected happened; server.log says more");
  }

  private static Problem of(Refused refused) {
    String detail = message(refused);
    return switch (refused.kind()) {
      case INVALID ->
          refused.errors().isEmpty()
              ? new Problem(422, "invalid", "The request cannot be accepted", detail)
              : Problem.invalid(refused.errors(), refused.suggestion());
      case NO_SUCH_JOB -> new Problem(404, "no-such-job", "There is no such job", detail);
      case REMOVED -> new Problem(410, "removed", "The job was removed", detail);
      case NO_SUCH_QUEUE -> new Problem(404, "no-such-queue", "There is no such queue", detail);
      case NO_SUCH_SCHEDULE ->
          new Problem(404, "no-such-schedule", "There is no such schedule", detail);
      case NAME_TAKEN -> new Problem(409, "name-taken", "The name is taken", detail);
      case NOT_FINAL -> new Problem(409, "not-final", "The job has not ended", detail);
      case NOT_RUNNING -> new Problem(409, "not-running", "The job does not run", detail);
      case STILL_ALIVE -> new Problem(409, "still-alive", "The job still has processes", detail);
      case KEY_REUSED ->
          new Problem(
              422,
              "key-reused",
              "The Idempotency-Key was used before",
              detail,
              java.util.List.of(new Refused.FieldError("Idempotency-Key", detail)),
              null);
    };
  }

  private static Problem ofHttp(HttpResponseException thrown, Context context) {
    String what = context.method() + " " + context.path();
    return switch (thrown.getStatus()) {
      case 404 ->
          new Problem(
              404,
              "no-such-route",
              "There is nothing here",
              "no " + what + ": GET /api/v1/openapi.yaml lists what there is");
      case 405 ->
          new Problem(
                  405,
                  "method-not-allowed",
                  "The method is not allowed here",
                  "no " + what + ": GET /api/v1/openapi.yaml lists what there is")
              .with("Allow", thrown.getDetails().getOrDefault("availableMethods", ""));
      case 413 ->
          new Problem(413, "too-large", "The body is too large", "the body is longer than allowed");
      default ->
          new Problem(
              thrown.getStatus(),
              "http-" + thrown.getStatus(),
              "The request cannot be answered",
              String.valueOf(thrown.getMessage()).lines().findFirst().orElse(""));
    };
  }

  /** Answers it; a fault of Bide's own is written to the log with its stack. */
  public void answer(Context context, Throwable thrown) {
    if (context.res().isCommitted()) {
      // part of an answer is on its way, or the other side has gone: no other one can be given
      LOG.log(Level.FINE, "an answer broke off in " + context.path(), thrown);
      return;
    }
    Problem problem = of(thrown);
    String id = id();
    if (problem.status() == 500) {
      LOG.log(
          Level.SEVERE, "error " + id + " in " + context.method() + " " + context.path(), thrown);
    }
    context.attribute(GIVEN, new Given(problem, id));
    problem.headers().forEach(context::header);
    context.status(problem.status());
    context.contentType(CONTENT_TYPE);
    context.result(Json.write(problem.toMap(id)).getBytes(StandardCharsets.UTF_8));
  }

  /** What is no exception but an error of the machine or the program: no memory, no class. */
  void fatal(HttpServletResponse response, Error error) {
    LOG.log(Level.SEVERE, "a request ended in an error", error);
    if (!response.isCommitted()) {
      response.setStatus(500);
    }
  }

  /** The body of an answer that is written without a route. */
  byte[] body(Problem problem) throws IOException {
    return Json.write(problem.toMap(id())).getBytes(StandardCharsets.UTF_8);
  }

  private String id() {
    byte[] bytes = new byte[6];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }

  private static String seconds(long seconds) {
    return String.format(Locale.ROOT, "%d", seconds);
  }
}
