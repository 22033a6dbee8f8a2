package dev.bide.cli;

import dev.bide.api.JobJson;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes a job's log to standard output as it grows, each byte once, also across a restart of the
 * server: it knows at which byte to go on. To a terminal only text and colours go.
 */
final class Following {
  private static final int WAIT_SECONDS = 25;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long BETWEEN_EMPTY_ANSWERS = Duration.ofMillis(100).toNanos();

  private final Api api;
  private final ServerAccess server;
  private final Console console;
  private final @Nullable SgrFilter filter;
  private final byte[] buffer = new byte[64 << 10];

  Following(Call call) throws Trouble {
    api = call.api();
    server = call.server();
    console = call.console();
    filter = console.outputIsTerminal() ? new SgrFilter() : null;
  }

  /** Writes what is there now; the last lines only when a number of them is given. */
  void print(long number, @Nullable Integer attempt, @Nullable Integer tail) throws Trouble {
    long offset = 0;
    boolean first = true;
    while (true) {
      String query = query(attempt, first ? tail : null, false);
      try (Reply reply = api.log(number, query, first ? null : offset, PATIENCE)) {
        refuse(reply);
        if (first && tail != null) {
          offset = start(reply);
        }
        first = false;
        if (reply.status() != 416) {
          for (int count = reply.read(buffer); count >= 0; count = reply.read(buffer)) {
            write(count);
            offset += count;
          }
        }
        finish();
        return;
      } catch (IOException e) {
        server.again(PATIENCE);
      }
    }
  }

  /**
   * Writes until the job is final and all was written; answers how it ended. Without an attempt
   * what it writes in each, one after the other: it may be retried meanwhile, by hand or because it
   * could not start.
   */
  JobJson follow(long number, @Nullable Integer attempt, @Nullable Integer tail) throws Trouble {
    LoadedAhead.soon();
    long offset = 0;
    long current = attempt == null ? 0 : attempt;
    boolean first = true;
    boolean rest = false; // of an attempt that is not the newest any more
    while (true) {
      boolean last = first && tail != null;
      long begin = System.nanoTime();
      Integer asked = rest ? Integer.valueOf((int) current) : attempt;
      try (Reply reply =
          api.log(
              number, query(asked, last ? tail : null, !last), last ? null : offset, PATIENCE)) {
        refuse(reply);
        long answered = reply.number("bide-log-attempt", current);
        if (asked == null && current != 0 && answered != current) {
          rest = true; // what it has written since is read first
          continue;
        }
        current = answered;
        if (last) {
          offset = start(reply);
        }
        first = false;
        long before = offset;
        if (reply.status() == 416) {
          reply.all();
        } else {
          for (int count = reply.read(buffer); count >= 0; count = reply.read(buffer)) {
            offset += count; // counted before the connection can break
            write(count);
          }
        }
        boolean whole =
            "true".equals(reply.header("bide-log-final"))
                && offset >= reply.number("bide-log-size", 0);
        if (whole && rest) {
          finish();
          rest = false;
          current = 0;
          offset = 0;
        } else if (whole) {
          finish();
          JobJson job = api.find(number, 0);
          boolean newest = current == 0 || job.attempt() == current; // an older server does not say
          if (attempt != null || (job.isFinal() && newest)) {
            return job;
          }
        } else if (offset == before && System.nanoTime() - begin < BETWEEN_EMPTY_ANSWERS) {
          ServerAccess.pause();
        }
      } catch (IOException e) {
        server.again(PATIENCE);
      }
    }
  }

  private static String query(@Nullable Integer attempt, @Nullable Integer tail, boolean wait) {
    StringBuilder query = new StringBuilder();
    if (attempt != null) {
      query.append("&attempt=").append(attempt);
    }
    if (tail != null) {
      query.append("&tail=").append(tail);
    }
    if (wait) {
      query.append("&wait=").append(WAIT_SECONDS);
    }
    return query.length() == 0 ? "" : "?" + query.substring(1);
  }

  /** Where the part of the log begins that an answer brings. */
  private static long start(Reply reply) {
    long length = Math.max(0, reply.number("content-length", 0));
    return reply.number("bide-log-offset", Math.max(0, reply.number("bide-log-size", 0) - length));
  }

  private void refuse(Reply reply) throws Trouble, IOException {
    if (reply.status() >= 400 && reply.status() != 416) {
      throw api.refused(reply.status(), reply.all());
    }
  }

  private void write(int count) {
    if (filter == null) {
      console.bytes(buffer, count);
    } else {
      byte[] seen = filter.filter(buffer, count);
      console.bytes(seen, seen.length);
    }
  }

  private void finish() {
    if (filter != null) {
      byte[] usual = filter.end();
      console.bytes(usual, usual.length);
    }
  }
}
