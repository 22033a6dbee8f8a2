package dev.bide.server;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.bide.Bide;
import dev.bide.engine.Event;
import dev.bide.engine.Refused;
import dev.bide.job.Job;
import dev.bide.job.State;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * GET /events: what happens, as it happens. One thread serves all clients; without any it sleeps,
 * and nothing is put into words for nobody.
 */
final class Events implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Events.class.getName());
  private static final int MOST_CLIENTS = 1_000;
  private static final long TICK_MILLIS = 15_000;
  private static final long BLOCKED_TICK_MILLIS = 1_000;

  private final Parts parts;
  private final EventRing ring;
  private final Thread thread = new Thread(this::run, "events");
  private final Bide.Subscription subscription;

  private final Semaphore news = new Semaphore(0);

  // guarded by this
  private final List<EventStream> arrived = new ArrayList<>();
  private int clients;
  private boolean closed;
  private final Set<Long> changed = new TreeSet<>();

  // owned by the thread
  private final List<EventStream> streams = new ArrayList<>();
  private final Map<Long, Watched> watched = new HashMap<>();

  private record Watched(int attempt, LogGrowth.Watch watch) {}

  Events(Parts parts) {
    this.parts = parts;
    this.ring = new EventRing(parts.view());
    this.subscription = parts.bide().listen(this::happened);
    thread.setDaemon(true);
    thread.start();
  }

  void register(RoutesConfig routes) {
    routes.get(Api.ROOT + "/events", this::listen);
  }

  synchronized int listeners() {
    return clients;
  }

  private void happened(Event event) {
    ring.add(event);
    synchronized (this) {
      if (clients > 0) {
        if (event instanceof Event.JobChanged job) {
          changed.add(job.job().number());
        }
        wake();
      }
    }
  }

  private void grown(EventRing.LogGrown grown) {
    ring.add(grown);
    wake();
  }

  private void wake() {
    if (news.availablePermits() == 0) {
      news.release();
    }
  }

  private void listen(Context context) {
    Query.only(context, List.of("topics"));
    EventTopics topics = EventTopics.parse(Query.words(context, "topics"));
    synchronized (this) {
      if (clients >= MOST_CLIENTS || closed) {
        throw new Problem(503, "busy", "The server is busy", "too many clients listen already")
            .with("Retry-After", "10");
      }
    }
    String lastId = context.header("Last-Event-ID");
    long newest = ring.newest();
    long last = ring.sequence(lastId);
    boolean known = last >= 0 && ring.reaches(last + 1);
    long next = known ? last + 1 : newest + 1;
    byte[] greeting =
        lastId == null || known
            ? ("retry: 2000\nid: " + ring.id(next - 1) + "\n\n").getBytes(StandardCharsets.UTF_8)
            : EventRing.text(ring.id(newest), EventRing.RESET, Map.of());
    context.contentType("text/event-stream; charset=utf-8");
    context.header("Cache-Control", "no-store");
    context.header("X-Accel-Buffering", "no");
    if (context.method().equals(HandlerType.HEAD)) {
      return;
    }
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    context.future(
        () -> {
          begin(context, topics, greeting, next, end);
          return end;
        });
  }

  private void begin(
      Context context,
      EventTopics topics,
      byte[] greeting,
      long next,
      CompletableFuture<Boolean> end) {
    try {
      var out = context.res().getOutputStream();
      EventStream stream =
          new EventStream(
              ring,
              topics,
              greeting,
              next,
              out,
              ServletContextRequest.getServletContextRequest(context.req())
                  .getConnectionMetaData()
                  .getConnection()
                  .getEndPoint(),
              end,
              this::wake);
      out.setWriteListener(stream);
      synchronized (this) {
        if (closed) {
          end.complete(true);
          return;
        }
        clients++;
        arrived.add(stream);
        wake();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    try {
      while (awaitNews()) {
        long now = System.nanoTime();
        for (Iterator<EventStream> all = streams.iterator(); all.hasNext(); ) {
          EventStream stream = all.next();
          if (!stream.pump(now)) {
            all.remove();
            forget(stream);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(Level.SEVERE, "no more events are told", e);
    } finally {
      endAll();
    }
  }

  /** Waits until something is to be done; takes over who has arrived. */
  private boolean awaitNews() throws InterruptedException {
    if (streams.isEmpty()) {
      news.acquire();
    } else {
      boolean blocked = streams.stream().anyMatch(EventStream::isBlocked);
      // in vain or not: afterwards everybody is looked at
      boolean unused = news.tryAcquire(blocked ? BLOCKED_TICK_MILLIS : TICK_MILLIS, MILLISECONDS);
    }
    news.drainPermits();
    Set<Long> toLookAt = new TreeSet<>();
    boolean someArrived;
    synchronized (this) {
      someArrived = !arrived.isEmpty();
      streams.addAll(arrived);
      arrived.clear();
      toLookAt.addAll(changed);
      changed.clear();
      if (closed) {
        return false;
      }
    }
    if (someArrived) {
      streams.forEach(stream -> toLookAt.addAll(stream.topics().numbers()));
    }
    toLookAt.forEach(this::watchLog);
    return true;
  }

  private void forget(EventStream stream) {
    stream.close();
    synchronized (this) {
      clients--;
    }
    stream.topics().numbers().forEach(this::watchLog);
  }

  /** Watches the log of a job that runs while somebody wants to know. */
  private void watchLog(long number) {
    boolean wanted =
        streams.stream().anyMatch(stream -> stream.topics().numbers().contains(number));
    Job job = wanted ? find(number) : null;
    int attempt = job != null && job.state() == State.RUNNING ? job.attempt() : 0;
    Watched current = watched.get(number);
    if (current != null && current.attempt() == attempt) {
      return;
    }
    if (current != null) {
      current.watch().close();
      watched.remove(number);
    }
    if (job != null && attempt > 0) {
      LogGrowth.Watch watch =
          parts
              .growth()
              .watch(
                  parts.bide().logFile(job, attempt),
                  0,
                  LogGrowth.LATER,
                  size -> grown(new EventRing.LogGrown(number, attempt, size)));
      watched.put(number, new Watched(attempt, watch));
    }
  }

  private @Nullable Job find(long number) {
    try {
      return parts.bide().find(number);
    } catch (Refused | dev.bide.store.StoreDown e) {
      return null;
    }
  }

  private void endAll() {
    synchronized (this) {
      streams.addAll(arrived);
      arrived.clear();
      clients = 0;
    }
    streams.forEach(EventStream::close);
    streams.clear();
    watched.values().forEach(one -> one.watch().close());
    watched.clear();
  }

  /** Ends all streams. */
  @Override
  public void close() {
    subscription.close();
    synchronized (this) {
      closed = true;
    }
    wake();
    try {
      thread.join(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
