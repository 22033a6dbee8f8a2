package dev.bide.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what never reaches a route, such as a request that is no HTTP, in the same words. */
final class JettyErrors extends ErrorHandler {
  private final Problems problems;

  JettyErrors(Problems problems) {
    this.problems = problems;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    int status = response.getStatus() >= 400 ? response.getStatus() : 400;
    if (status == 500 && !request.getConnectionMetaData().getConnector().getServer().isRunning()) {
      // Jetty cuts off what is under way when it ends: no fault of Bide, and no answer to believe
      status = 503;
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    }
    if (status == 501 || status == 505) {
      // Jetty's words for what it does not know; no fault of the server, as 5xx would say
      status = 400;
      response.setStatus(status);
    }
    SecurityHeaders.addTo(response.getHeaders());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
    if (status != 404) {
      // Jetty is about to close the connection and would not say so: the next request would be lost
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    }
    response.write(true, ByteBuffer.wrap(body(status)), callback);
    return true;
  }

  private byte[] body(int status) throws IOException {
    String detail =
        switch (status) {
          case 404 -> "there is nothing here: GET /api/v1/openapi.yaml lists what there is";
          case 413 -> "the body is longer than allowed";
          case 414 -> "the path and query are longer than 16 KB";
          case 431 -> "the headers are longer than 16 KB";
          case 503 -> Problems.CUT_OFF;
          default -> "this is no request that HTTP/1.1 allows";
        };
    return problems.body(
        new Problem(status, "http-" + status, "The request cannot be answered", detail));
  }
}
