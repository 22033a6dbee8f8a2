package dev.bide.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections over which the head of a request does not get complete. Jetty's idle timeout
 * begins anew with every byte, so that a sender of one byte now and then would hold its connection
 * for ever. One look at all of them now and then is enough, so none costs a thread or a timer.
 */
final class HeadDeadline extends AbstractLifeCycle {
  /** From the first byte of a head that was seen to its end. */
  static final Duration MOST = Duration.ofSeconds(30);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Server server;
  private final Duration most;
  private final Duration betweenLooks;
  private Map<Connection, Seen> seen = Map.of();
  private volatile Scheduler.@Nullable Task next;

  HeadDeadline(Server server) {
    this(server, MOST, BETWEEN_LOOKS);
  }

  /** For tests, with other times. */
  HeadDeadline(Server server, Duration most, Duration betweenLooks) {
    this.server = server;
    this.most = most;
    this.betweenLooks = betweenLooks;
  }

  /**
   * A connection that waits for a head, at a look.
   *
   * @param requests how many had come over it
   * @param bytes how many bytes had come before the head
   * @param since when none of its bytes were there yet
   */
  private record Seen(long requests, long bytes, long since) {}

  @Override
  protected void doStart() {
    again();
  }

  @Override
  protected void doStop() {
    Scheduler.Task task = next;
    if (task != null) {
      task.cancel();
    }
  }

  private void again() {
    next =
        server
            .getScheduler()
            .schedule(this::lookAndGoOn, betweenLooks.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void lookAndGoOn() {
    try {
      look(System.nanoTime());
    } finally {
      if (isStarting() || isRunning()) {
        again();
      }
    }
  }

  private void look(long now) {
    Map<Connection, Seen> still = new HashMap<>();
    for (Connector connector : server.getConnectors()) {
      for (EndPoint endPoint : List.copyOf(connector.getConnectedEndPoints())) {
        // nothing else tells how far a head is; the class is in a package that may change
        if (endPoint.getConnection() instanceof HttpConnection connection
            && connection.getParser().inHeaderState()) {
          Seen one = of(connection, now);
          still.put(connection, one);
          if (now - one.since() > most.toNanos()) {
            endPoint.close(new TimeoutException("the head of a request came too slowly"));
          }
        }
      }
    }
    seen = still;
  }

  /** What was seen before while the same head is under way, else that nothing of it is there. */
  private Seen of(HttpConnection connection, long now) {
    long requests = connection.getMessagesIn();
    long bytes = connection.getBytesIn();
    Seen before = seen.get(connection);
    if (before == null || before.requests() != requests) {
      return new Seen(requests, bytes, now);
    }
    // an empty line in front of a request is allowed, and leaves the parser where it was
    boolean idle = connection.getParser().isStart() && before.bytes() == bytes;
    return idle ? new Seen(requests, bytes, now) : before;
  }
}
