package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Jobs that write much and badly while a page's stream and a follower read along: the log is what
 * each wrote, the server's memory does not grow with it, and its end is answered without reading
 * all of it.
 *
 * @param bytes how much a job of each {@link Kind} writes
 */
record Output(Map<Kind, Long> bytes) {
  private static final long MOST_GROWTH_KB = 50 << 10;

  /**
   * The lines of a tail are looked for in the last 16 MB, which are then sent; and some classes.
   */
  private static final long MOST_READ_FOR_TAIL = 40 << 20;

  private static final long MOST_READ_FOR_RANGE = 4 << 20;

  /** What a job writes. */
  enum Kind {
    /** One line without an end. */
    LINE,
    /** Any byte. */
    RANDOM,
    /** NUL, what is no UTF-8, and escape sequences that do not end. */
    NO_TEXT,
    /** As many lines as possible. */
    LINES
  }

  private static final String PROGRAM =
      """
      import hashlib, os, sys
      kind, left, digest = sys.argv[1], int(sys.argv[2]), hashlib.sha256()
      def block(i):
        if kind == 'LINE': return b'x' * (1 << 20)
        if kind == 'RANDOM': return os.urandom(1 << 20)
        if kind == 'NO_TEXT':
          return b'\\0\\xff\\xfe\\xc3(\\x1b[31m\\x1b]0;title\\x1b[\\xed\\xa0\\x80\\xf0\\x9f\\r\\n' * 40000
        return b''.join(b'line %d of many\\n' % n for n in range(i * 50000, (i + 1) * 50000))
      i = 0
      while left > 0:
        b = block(i)[:left]
        view = memoryview(b)
        while view: view = view[os.write(1, view):]
        digest.update(b)
        left -= len(b)
        i += 1
      with open('digest-' + kind + '.part', 'w') as out: out.write(digest.hexdigest())
      os.rename('digest-' + kind + '.part', 'digest-' + kind)
      """;

  /**
   * What came out.
   *
   * @param grownKb how much the server's memory grew, at the worst
   * @param findings a line each for what is not as it must be
   */
  record Outcome(long grownKb, List<String> findings) {}

  /** Runs it, telling figures. */
  Outcome run(Consumer<String> tell) {
    List<String> findings = new ArrayList<>();
    try (Ground ground = new Ground().quick()) {
      ground.serve().client().slots(bytes.size());
      Map<Kind, Long> little = new LinkedHashMap<>();
      bytes.forEach((kind, many) -> little.put(kind, Math.min(many, 4L << 20)));
      write(ground, little, findings, line -> {}); // so that it has done everything once
      long before = status(ground, "VmRSS");
      write(ground, bytes, findings, tell);
      long after = status(ground, "VmRSS");
      long grown = Math.max(status(ground, "VmHWM"), after) - before;
      tell.accept(
          "server: %d KB before, %d KB after, %d KB more at the worst"
              .formatted(before, after, grown));
      if (grown > MOST_GROWTH_KB) {
        findings.add("the server's memory grew by " + grown + " KB");
      }
      return new Outcome(grown, findings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(
      Ground ground, Map<Kind, Long> amounts, List<String> findings, Consumer<String> tell)
      throws IOException {
    Client client = ground.client();
    client.pause(true);
    List<Job> jobs = new ArrayList<>();
    for (Map.Entry<Kind, Long> amount : amounts.entrySet()) {
      Files.deleteIfExists(digest(ground, amount.getKey()));
      long number =
          client.submit(
              Map.of(
                  "command",
                  List.of(
                      CommandRow.PYTHON,
                      "-ISc",
                      PROGRAM,
                      amount.getKey().name(),
                      amount.getValue().toString()),
                  "directory",
                  ground.directory().toString()));
      jobs.add(new Job(amount.getKey(), amount.getValue(), number));
    }
    Job first = jobs.get(0);
    try (Watching watching = new Watching(client, jobs.stream().map(Job::number).toList())) {
      Process follower =
          ground
              .program("follow", Long.toString(first.number()))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        CompletableFuture<String> followed =
            CompletableFuture.supplyAsync(() -> sha256(follower.getInputStream()));
        client.pause(false);
        ground.awaitAllEnded(Duration.ofMinutes(30));
        String read = followed.join();
        if (!read.equals(Files.readString(digest(ground, first.kind())))) {
          findings.add("the follower of " + first.kind() + " read something else than was written");
        }
      } finally {
        follower.destroyForcibly();
      }
      tell.accept("events that told of growing logs: " + watching.events.get());
    }
    for (Job job : jobs) {
      look(ground, job, findings, tell);
    }
  }

  /** One that was submitted. */
  private record Job(Kind kind, long bytes, long number) {}

  private static void look(Ground ground, Job wrote, List<String> findings, Consumer<String> tell)
      throws IOException {
    Kind kind = wrote.kind();
    JsonNode job = ground.client().job(wrote.number());
    String written = Files.readString(digest(ground, kind));
    Path file = Path.of(job.at("/attempts/0/directory").asText(), "log");
    if (!job.get("state").asText().equals("COMPLETED")
        || job.get("logSize").asLong() != wrote.bytes()) {
      findings.add(kind + " did not end as it must: " + job);
    }
    String path = "/api/v1/jobs/" + wrote.number() + "/log";
    Map<String, Asked> asked = new LinkedHashMap<>();
    asked.put("tail", ask(ground, path + "?tail=10", Map.of()));
    asked.put("end", ask(ground, path, Map.of("Range", "bytes=-1000")));
    asked.put("middle", ask(ground, path, Map.of("Range", "bytes=1000000-1000999")));
    asked.forEach(
        (what, answer) -> {
          long most = what.equals("tail") ? MOST_READ_FOR_TAIL : MOST_READ_FOR_RANGE;
          if (answer.readBytes() > most) {
            findings.add(kind + ", " + what + ": the server read " + answer + " for it");
          }
        });
    if (!sha256(Files.newInputStream(file)).equals(written)) {
      findings.add("the log of " + kind + " is not what it wrote");
    }
    if (!sha256(ground.client().stream(path, Map.of())).equals(written)) {
      findings.add("the download of " + kind + " is not what it wrote");
    }
    tell.accept("%s, %d bytes: %s".formatted(kind, wrote.bytes(), asked));
  }

  /**
   * An answer to a request for a part.
   *
   * @param bytes how long it was
   * @param readBytes what the server read from files and sockets meanwhile
   * @param millis how long it took
   */
  private record Asked(long bytes, long readBytes, long millis) {}

  private static Asked ask(Ground ground, String path, Map<String, String> headers)
      throws IOException {
    long before = field(ground, "io", "rchar");
    long began = System.nanoTime();
    long bytes;
    try (InputStream in = ground.client().stream(path, headers)) {
      bytes = in.transferTo(OutputStream.nullOutputStream());
    }
    return new Asked(
        bytes,
        field(ground, "io", "rchar") - before,
        Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  private static Path digest(Ground ground, Kind kind) {
    return ground.directory().resolve("digest-" + kind);
  }

  /** In KB. */
  private static long status(Ground ground, String name) throws IOException {
    return field(ground, "status", name);
  }

  private static long field(Ground ground, String file, String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(ground.server().pid()), file)).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name));
  }

  /** Of all that comes, which is read and forgotten. */
  private static String sha256(InputStream bytes) {
    try (DigestInputStream in =
        new DigestInputStream(bytes, MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A page for each job: hears that its log grew, and fetches the end of it. */
  private static final class Watching implements AutoCloseable {
    private final AtomicLong events = new AtomicLong();
    private final List<InputStream> streams = new ArrayList<>();

    Watching(Client client, Iterable<Long> numbers) {
      for (long number : numbers) {
        InputStream stream = client.stream("/api/v1/events?topics=jobs,job:" + number, Map.of());
        streams.add(stream);
        Thread thread = new Thread(() -> read(client, number, stream), "page of job " + number);
        thread.setDaemon(true);
        thread.start();
      }
    }

    private void read(Client client, long number, InputStream stream) {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.equals("event: log") || line.equals("event:log")) {
            events.incrementAndGet();
            fetch(client, number);
          }
        }
      } catch (IOException closed) {
        return;
      }
    }

    private static void fetch(Client client, long number) throws IOException {
      try {
        client.stream("/api/v1/jobs/" + number + "/log", Map.of("Range", "bytes=-65536")).close();
      } catch (IllegalStateException stillEmpty) {
        return;
      }
    }

    @Override
    public void close() throws IOException {
      for (InputStream stream : streams) {
        stream.close();
      }
    }
  }
}
