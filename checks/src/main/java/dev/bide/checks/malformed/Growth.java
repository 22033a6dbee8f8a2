package dev.bide.checks.malformed;

import dev.bide.checks.ServerShape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * What the server takes while the requests come: in the last tenth of them it may take no more than
 * in the first, but for a little. Thread-safe.
 */
final class Growth {
  private static final int LOOKS = 100;

  /** Of live objects: the ring of events fills, and one request may come while it is counted. */
  private static final long MOST_MORE_HEAP_KB = 4 << 10;

  /** What each job may take that waits and was imported, so that nobody removes it. */
  private static final long HEAP_OF_A_JOB_KB = 4;

  /** Java gives memory back to the machine late, so that its heap as a whole says less. */
  private static final long MOST_MORE_MEMORY_KB = 64 << 10;

  /** Pools of a fixed size fill while the first requests come; a leak would go on. */
  static final int MOST_MORE_THREADS = 16;

  /** Connections of the check come and go. */
  static final int MOST_MORE_FILES = 8;

  private final long pid;
  private final int requests;
  private final LongSupplier jobs;
  private final List<ServerShape> first = new ArrayList<>();
  private final List<ServerShape> last = new ArrayList<>();
  private long heapAfterFirst;
  private long heapAfterLast;
  private long jobsAfterFirst;
  private long jobsAfterLast;

  /**
   * @param pid of the server
   * @param requests how many will come
   * @param jobs how many there are
   */
  Growth(long pid, int requests, LongSupplier jobs) {
    this.pid = pid;
    this.requests = requests;
    this.jobs = jobs;
  }

  /** To be told of every request that is about to be sent: looks at some of them. */
  void before(int index) throws IOException {
    int step = Math.max(1, requests / LOOKS);
    int look = index / step;
    if (index % step == 0 && (look <= LOOKS / 10 || look >= LOOKS * 9 / 10)) {
      look(look);
    }
  }

  private synchronized void look(int look) throws IOException {
    (look <= LOOKS / 10 ? first : last).add(ServerShape.of(pid));
    if (look == LOOKS / 10) {
      jobsAfterFirst = jobs.getAsLong();
      heapAfterFirst = ServerShape.liveHeapKb(pid);
    }
  }

  /** After the last request. */
  synchronized void end() {
    jobsAfterLast = jobs.getAsLong();
    heapAfterLast = ServerShape.liveHeapKb(pid);
  }

  private static long most(List<ServerShape> shapes, ToLongFunction<ServerShape> of) {
    return shapes.stream().mapToLong(of).max().orElseThrow();
  }

  /** What is there only for a moment, such as a thread that closes a connection, is not meant. */
  private static long least(List<ServerShape> shapes, ToLongFunction<ServerShape> of) {
    return shapes.stream().mapToLong(of).min().orElseThrow();
  }

  private long more(ToLongFunction<ServerShape> of) {
    return least(last, of) - least(first, of);
  }

  /** Whether the last tenth took more than the first by more than a little. */
  synchronized boolean isTooMuch() {
    long moreJobs = Math.max(0, jobsAfterLast - jobsAfterFirst);
    return heapAfterLast - heapAfterFirst > MOST_MORE_HEAP_KB + moreJobs * HEAP_OF_A_JOB_KB
        || most(last, ServerShape::memoryKb) - most(first, ServerShape::memoryKb)
            > MOST_MORE_MEMORY_KB
        || more(ServerShape::otherThreads) > MOST_MORE_THREADS
        || more(ServerShape::files) > MOST_MORE_FILES;
  }

  @Override
  public synchronized String toString() {
    return "jobs %d -> %d, live heap %d -> %d KB, memory %d -> %d KB, at least threads %d -> %d, files %d -> %d"
        .formatted(
            jobsAfterFirst,
            jobsAfterLast,
            heapAfterFirst,
            heapAfterLast,
            most(first, ServerShape::memoryKb),
            most(last, ServerShape::memoryKb),
            least(first, ServerShape::threads),
            least(last, ServerShape::threads),
            least(first, ServerShape::files),
            least(last, ServerShape::files));
  }
}
