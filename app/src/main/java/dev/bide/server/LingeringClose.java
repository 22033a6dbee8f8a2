package dev.bide.server;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Goes on taking what is left of a request that was answered before it had come in whole, and
 * throws it away. Jetty would close the connection at once, and a sender that is still writing
 * would meet a broken pipe and may never read why it was refused. For some time and some bytes
 * only, and without a thread.
 */
final class LingeringClose extends Handler.Wrapper {
  static final long MOST_BYTES = 64L << 20;
  private static final int MOST_SECONDS = 5;

  /** Of what is there when the answer begins; more would keep the answer waiting. */
  private static final int READS_BEFORE_ANSWER = 16;

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Rest rest = new Rest(request, callback);
    return super.handle(rest, response, rest);
  }

  /** A request, and what is left of it. Its callback is called once it may be closed. */
  private static final class Rest extends Request.Wrapper implements Callback {
    private final Callback callback;
    private Scheduler.@Nullable Task deadline;
    private long taken;

    Rest(Request request, Callback callback) {
      super(request);
      this.callback = callback;
    }

    /** Jetty's own spoils the request for every reader when it does not meet the end. */
    @Override
    public boolean consumeAvailable() {
      for (int i = 0; i < READS_BEFORE_ANSWER; i++) {
        Content.Chunk chunk = read();
        if (chunk == null) {
          return false;
        }
        boolean last = chunk.isLast();
        chunk.release();
        if (last) {
          return !Content.Chunk.isFailure(chunk);
        }
      }
      return false;
    }

    @Override
    public void succeeded() {
      takeAll();
    }

    @Override
    public void failed(Throwable failure) {
      callback.failed(failure);
    }

    private void takeAll() {
      while (taken < MOST_BYTES) {
        Content.Chunk chunk = read();
        if (chunk == null) {
          limit();
          demand(this::takeAll);
          return;
        }
        taken += chunk.remaining();
        boolean last = chunk.isLast() || Content.Chunk.isFailure(chunk);
        chunk.release();
        if (last) {
          break;
        }
      }
      if (deadline != null) {
        deadline.cancel();
      }
      callback.succeeded();
    }

    private void limit() {
      if (deadline == null) {
        EndPoint connection = getConnectionMetaData().getConnection().getEndPoint();
        deadline =
            getConnectionMetaData()
                .getConnector()
                .getScheduler()
                .schedule(connection::close, MOST_SECONDS, TimeUnit.SECONDS);
      }
    }
  }
}
