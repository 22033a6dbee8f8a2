package dev.bide.server;

import dev.bide.api.Json;
import dev.bide.engine.Event;
import dev.bide.job.Job;
import dev.bide.schedule.Schedule;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest events, numbered, so that whoever was away for a while gets what it missed. Holds at
 * most 10,000 of them and at most about 16 MB. Safe from any thread.
 */
final class EventRing {
  static final int MOST_EVENTS = 10_000;
  static final String LOG = "log";
  static final String SCHEDULE = "schedule";
  static final String SCHEDULE_REMOVED = "schedule-removed";
  static final String NOTICES = "notices";

  /** What a client knows may be out of date: it has to read all of it again. */
  static final String RESET = "reset";

  private static final long MOST_WEIGHT = 16L << 20;
  private static final int USUAL_WEIGHT = 1_000;

  private final String epoch;
  private final JobView view;
  private final @Nullable Entry[] entries = new Entry[MOST_EVENTS];
  private long oldest = 1;
  private long newest;
  private long weight;

  EventRing(JobView view) {
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    this.epoch = HexFormat.of().formatHex(random);
    this.view = view;
  }

  /** That the log of an attempt has grown. */
  record LogGrown(long number, int attempt, long size) {}

  /** One event in the ring: {@code what} is an {@link Event} or a {@link LogGrown}. */
  private static final class Entry {
    final long sequence;
    final String kind;
    final long job;
    final Object what;
    final long weight;
    volatile byte @Nullable [] encoded;

    Entry(long sequence, String kind, long job, Object what, long weight) {
      this.sequence = sequence;
      this.kind = kind;
      this.job = job;
      this.what = what;
      this.weight = weight;
    }
  }

  void add(Event event) {
    if (event instanceof Event.JobChanged changed) {
      Job job = changed.job();
      add("job", job.number(), event, USUAL_WEIGHT + 6L * job.program().commandLine().length());
    } else if (event instanceof Event.JobRemoved removed) {
      add("removed", removed.number(), event, USUAL_WEIGHT);
    } else if (event instanceof Event.ScheduleChanged changed) {
      Schedule schedule = changed.schedule();
      long words = schedule.template().program().commandLine().length();
      long times = schedule.timetable().trigger().text().length();
      add(SCHEDULE, 0, event, USUAL_WEIGHT + 6 * words + 3 * times);
    } else if (event instanceof Event.ScheduleRemoved) {
      add(SCHEDULE_REMOVED, 0, event, USUAL_WEIGHT);
    } else if (event instanceof Event.StoreBack) {
      add(RESET, 0, event, USUAL_WEIGHT);
    } else if (event instanceof Event.NoticesChanged) {
      add(NOTICES, 0, event, USUAL_WEIGHT);
    } else {
      add("queue", 0, event, USUAL_WEIGHT);
    }
  }

  void add(LogGrown grown) {
    add(LOG, grown.number(), grown, USUAL_WEIGHT);
  }

  private synchronized void add(String kind, long job, Object what, long itsWeight) {
    Entry entry = new Entry(++newest, kind, job, what, itsWeight);
    entries[slot(newest)] = entry;
    weight += itsWeight;
    while (newest - oldest >= MOST_EVENTS || (weight > MOST_WEIGHT && oldest < newest)) {
      drop();
    }
  }

  private void drop() {
    Entry gone = entries[slot(oldest)];
    if (gone != null && gone.sequence == oldest) {
      weight -= gone.weight;
      entries[slot(oldest)] = null;
    }
    oldest++;
  }

  private static int slot(long sequence) {
    return (int) (sequence % MOST_EVENTS);
  }

  synchronized long newest() {
    return newest;
  }

  /** True when everything from this number on is still there. */
  synchronized boolean reaches(long sequence) {
    return sequence >= oldest && sequence <= newest + 1;
  }

  /** The id of an event, by which a client says how far it got. */
  String id(long sequence) {
    return epoch + "." + sequence;
  }

  /** The number in such an id; negative when it is none of this ring. */
  long sequence(@Nullable String id) {
    String start = epoch + ".";
    if (id == null
        || !id.startsWith(start)
        || !id.substring(start.length()).matches("[0-9]{1,18}")) {
      return -1;
    }
    return Long.parseLong(id.substring(start.length()));
  }

  /** Some events as bytes to send, and what to ask for next. */
  record Chunk(List<byte[]> events, long next) {}

  /**
   * The events from a number on that somebody wants, up to about so many bytes.
   *
   * @return null when some of them are gone
   */
  @Nullable Chunk from(long sequence, EventTopics topics, int mostBytes) {
    List<Entry> some = new ArrayList<>();
    synchronized (this) {
      if (!reaches(sequence)) {
        return null;
      }
      for (long at = sequence; at <= newest && some.size() < 200; at++) {
        Entry entry = entries[slot(at)];
        if (entry == null) {
          return null;
        }
        some.add(entry);
      }
    }
    List<Entry> wanted =
        some.stream().filter(entry -> topics.wants(entry.kind, entry.job)).toList();
    encode(wanted);
    List<byte[]> bytes = new ArrayList<>();
    long total = 0;
    for (Entry entry : wanted) {
      byte[] encoded = entry.encoded;
      if (encoded == null) {
        continue;
      }
      if (total > 0 && total + encoded.length > mostBytes) {
        return new Chunk(bytes, entry.sequence);
      }
      bytes.add(encoded);
      total += encoded.length;
    }
    return new Chunk(bytes, sequence + some.size());
  }

  /** Puts them into words, once for all clients; why jobs wait is looked up once for all jobs. */
  private void encode(List<Entry> some) {
    List<Entry> jobs = new ArrayList<>();
    for (Entry entry : some) {
      if (entry.encoded != null) {
        continue;
      }
      if (entry.what instanceof Event.JobChanged) {
        jobs.add(entry);
      } else {
        entry.encoded = text(entry, data(entry.what));
      }
    }
    if (jobs.isEmpty()) {
      return;
    }
    var views =
        view.of(
            jobs.stream()
                .map(entry -> entry.what)
                .filter(Event.JobChanged.class::isInstance)
                .map(what -> ((Event.JobChanged) what).job())
                .toList());
    for (int i = 0; i < jobs.size(); i++) {
      jobs.get(i).encoded = text(jobs.get(i), views.get(i).toMap());
    }
  }

  private static Map<String, @Nullable Object> data(Object what) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    if (what instanceof Event.JobRemoved removed) {
      data.put("number", removed.number());
    } else if (what instanceof Event.QueueChanged changed) {
      data.putAll(Queues.toMap(changed.queue()));
    } else if (what instanceof Event.ScheduleChanged changed) {
      data.putAll(ScheduleView.toMap(changed.schedule()));
    } else if (what instanceof Event.ScheduleRemoved removed) {
      data.put("name", removed.name());
    } else if (what instanceof Event.NoticesChanged changed) {
      data.put("failed", changed.failed());
    } else if (what instanceof LogGrown grown) {
      data.put("number", grown.number());
      data.put("attempt", grown.attempt());
      data.put("size", grown.size());
    }
    return data;
  }

  private byte[] text(Entry entry, Map<String, @Nullable Object> data) {
    return text(id(entry.sequence), entry.kind, data);
  }

  /** One event as the event stream format of HTML has it. */
  static byte[] text(String id, String kind, Map<String, @Nullable Object> data) {
    return ("id: " + id + "\nevent: " + kind + "\ndata: " + Json.write(data) + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
