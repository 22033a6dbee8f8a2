package dev.bide.checks.malformed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.bide.checks.Client;
import dev.bide.checks.Ground;
import dev.bide.checks.ServerShape;
import dev.bide.checks.malformed.ApiDocument.Operation;
import dev.bide.checks.malformed.RawHttp.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Requests that are wrong in every way, over TCP and over the Unix socket, while slow clients take
 * what they can: each is answered or closed, none is a fault, and afterwards the server is as
 * before.
 *
 * @param requests how many
 * @param seed of everything random; each request depends on it and its own number alone
 * @param from the number of the first
 * @param patient whether to wait until slow clients were cut off
 */
public record Malformed(int requests, long seed, int from, boolean patient) {
  private static final int WORKERS = 4;
  private static final int MOST_POOL_THREADS = 32;
  private static final long MOST_GROWTH_KB = 128 << 10;
  private static final long MOST_OF_A_GIGABYTE = 128L << 20;

  /** Whatever hangs does so for ever; a machine that is busy with other things takes its time. */
  private static final Duration MOST = Duration.ofSeconds(60);

  /** Silence and slowness have to be over by then. */
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  /**
   * What came out.
   *
   * @param table a line of figures
   * @param findings a line each for what is not as it must be
   */
  public record Outcome(String table, List<String> findings) {}

  /** Runs it, telling figures. */
  public Outcome run(Consumer<String> tell) {
    try (Ground ground = new Ground().quick()) {
      return on(ground, tell);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Outcome on(Ground ground, Consumer<String> tell)
      throws IOException, InterruptedException {
    tell.accept("%d malformed requests from number %d, seed %d".formatted(requests, from, seed));
    Client client = ground.serve().client();
    client.pause(true);
    Path file =
        Files.createFile(
            ground.directory().resolve("backup"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    long first = add(client);
    Samples samples = new Samples(first, file.toString());
    List<Operation> operations =
        ApiDocument.read(client.get("/api/v1/openapi.yaml").orElseThrow().expect(200).body());
    String token = Files.readString(ground.home().resolve("token")).strip();
    SocketAddress tcp = new InetSocketAddress(InetAddress.getLoopbackAddress(), ground.port());
    SocketAddress unix = UnixDomainSocketAddress.of(ground.home().resolve("sock"));
    Judge judge = new Judge();
    long began = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    Growth growth = new Growth(ground.server().pid(), requests, () -> waiting(client));
    Work work = new Work(operations, samples, token, List.of(tcp, unix), judge, next, growth);
    gigabytes(work); // first, so that the heap has had its largest bodies
    ServerShape before = ServerShape.of(ground.server().pid());
    List<String> notCutOff;
    try (SlowClients slow = new SlowClients(tcp, token);
        SlowClients slowAtSocket = new SlowClients(unix, token)) {
      all(work);
      growth.end();
      notCutOff = patient ? slow.awaitCutOff(PATIENCE) : List.of();
      notCutOff.forEach(what -> judge.found("not cut off: " + what));
      if (patient) {
        slowAtSocket
            .awaitCutOff(Duration.ofSeconds(2)) // as old as the others
            .forEach(what -> judge.found("not cut off at the socket: " + what));
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    if (!ground.server().lives() || !client.healthy()) {
      judge.found("the server does not answer any more: " + ground.server().printed());
      return new Outcome("ended after " + work.next.get() + " requests", judge.findings());
    }
    long last = add(client);
    long madeAtAll = last - first - 1;
    if (madeAtAll < judge.made() || madeAtAll > judge.made() + judge.unsure()) {
      judge.found(
          "%d jobs were made, and %d told of (%d requests were not answered)"
              .formatted(madeAtAll, judge.made(), judge.unsure()));
    }
    ServerShape after =
        ServerShape.settled(
            ground.server().pid(), before, Growth.MOST_MORE_FILES, Growth.MOST_MORE_THREADS);
    if (after.poolThreads() > MOST_POOL_THREADS
        || after.otherThreads() > before.otherThreads() + Growth.MOST_MORE_THREADS
        || after.files() > before.files() + Growth.MOST_MORE_FILES
        || after.memoryKb() > before.memoryKb() + MOST_GROWTH_KB) {
      judge.found(
          "the server grew from "
              + before
              + " to "
              + after
              + ", threads "
              + ServerShape.threadNames(ground.server().pid()));
    }
    if (growth.isTooMuch()) {
      judge.found("from its first tenth to its last the server grew: " + growth);
    }
    for (String text :
        List.of(ground.server().printed(), logged(ground.home().resolve("server.log")))) {
      String traced = Judge.java(text);
      if (traced != null) {
        judge.found("the server wrote words of Java: " + traced);
      }
    }
    client.slots(50); // those that were made wait in front of it
    client.pause(false);
    ground.awaitAllEnded(Duration.ofMinutes(10));
    if (!client.await(last, Client::ended).get("state").asText().equals("COMPLETED")) {
      judge.found("a job does not run afterwards: " + client.job(last));
    }
    String table =
        "%d malformed requests, seed %d, in %.1f s: answers by status %s, closed unanswered %d, jobs told of %d, made %d; before %s, after %s; first to last tenth: %s; findings %d"
            .formatted(
                requests,
                seed,
                seconds,
                judge.statuses(),
                judge.unanswered(),
                judge.made(),
                madeAtAll,
                before,
                after,
                growth,
                judge.findings().size());
    tell.accept(table);
    return new Outcome(table, judge.findings());
  }

  private static String logged(Path log) throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static long waiting(Client client) {
    Client.Answer answer = client.get("/api/v1/queues/default").orElseThrow();
    return answer.expect(200).json().get("pending").asLong();
  }

  private static long add(Client client) {
    return client.submit(Map.of("command", List.of("true"), "directory", "/"));
  }

  private record Work(
      List<Operation> operations,
      Samples samples,
      String token,
      List<SocketAddress> addresses,
      Judge judge,
      AtomicInteger next,
      Growth growth) {}

  private void all(Work work) throws InterruptedException {
    List<Thread> threads =
        java.util.stream.IntStream.range(0, WORKERS)
            .mapToObj(i -> new Thread(() -> work(work), "malformed " + i))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void work(Work work) {
    try (Sender tcp = new Sender(work.addresses.get(0), work.judge, work.samples, false, MOST);
        Sender unix = new Sender(work.addresses.get(1), work.judge, work.samples, true, MOST)) {
      int index;
      while ((index = work.next.getAndIncrement()) < requests) {
        work.growth.before(index);
        int number = from + index;
        Random random = new Random(seed * 1_000_003 + number);
        boolean first = random.nextInt(3) > 0;
        Sender sender = first ? tcp : unix;
        long old = random.nextInt(4) == 0 ? work.samples.takeJob() : 0;
        if (old > 0) {
          sender.remove(old, work.token);
        }
        Operation operation = work.operations.get(random.nextInt(work.operations.size()));
        Draft draft = new Draft(operation, work.samples, work.token, random);
        if (random.nextInt(25) > 0) {
          Breakage.breakIn(draft);
        }
        sender.send(
            draft,
            "request %d of seed %d%s: ".formatted(number, seed, first ? "" : " at the socket"));
      }
    } catch (IOException | RuntimeException e) {
      work.judge.found("the check itself ended: " + e);
    }
  }

  /** A body of 1 GB, announced or not, is refused before most of it was sent. */
  private static void gigabytes(Work work) throws IOException {
    byte[] block = "x".repeat(1 << 18).getBytes(ISO_8859_1);
    byte[] chunk = ("40000\r\n" + "x".repeat(1 << 18) + "\r\n").getBytes(ISO_8859_1);
    for (SocketAddress address : work.addresses) {
      for (String framing :
          List.of("Content-Length: " + (1L << 30), "Transfer-Encoding: chunked")) {
        try (RawHttp http = new RawHttp(address)) {
          String head =
              "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + work.token
                  + "\r\nContent-Type: application/json\r\n"
                  + framing
                  + "\r\n\r\n";
          long sent = http.write(head.getBytes(ISO_8859_1), MOST);
          while (!http.hasNews() && sent < 1L << 30) {
            sent += http.write(framing.startsWith("T") ? chunk : block, MOST);
          }
          Answer answer = http.next(false, MOST);
          // an answer can be lost when the other side closes while we still send
          if (sent > MOST_OF_A_GIGABYTE || (answer != null && answer.status() != 413)) {
            work.judge.found(
                "%s to %s: %d bytes were sent, answered %s"
                    .formatted(framing, address, sent, answer == null ? null : answer.head()));
          }
        }
      }
    }
  }
}
