package dev.bide.checks.malformed;

import dev.bide.checks.ServerShape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What the server takes while the requests come: in the last tenth of them it may take no more than
 * in the first, but for a little. Thread-safe.
 */
final class Growth {
  private static final int LOOKS = 100;

  /**
   * Of live objects. All that the requests leave behind: jobs that nobody removed, some hundred
   * bytes each; a leak of 100 bytes a request would be 9 MB in 100,000.
   */
  private static final long MOST_MORE_HEAP_KB = 8 << 10;

  /** Java gives memory back to the machine late, so that its heap as a whole says less. */
  private static final long MOST_MORE_MEMORY_KB = 64 << 10;

  /**
   * Threads and descriptors of the slow clients that come and go, which all have from the first.
   */
  private static final long MOST_MORE = 8;

  private final long pid;
  private final int requests;
  private final List<ServerShape> first = new ArrayList<>();
  private final List<ServerShape> last = new ArrayList<>();
  private long heapAfterFirst;
  private long heapAfterLast;

  /**
   * @param pid of the server
   * @param requests how many will come
   */
  Growth(long pid, int requests) {
    this.pid = pid;
    this.requests = requests;
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
      heapAfterFirst = ServerShape.liveHeapKb(pid);
    }
  }

  /** After the last request. */
  synchronized void end() {
    heapAfterLast = ServerShape.liveHeapKb(pid);
  }

  private static long most(List<ServerShape> shapes, ToLongFunction<ServerShape> of) {
    return shapes.stream().mapToLong(of).max().orElseThrow();
  }

  private long more(ToLongFunction<ServerShape> of) {
    return most(last, of) - most(first, of);
  }

  /** Whether the last tenth took more than the first by more than a little. */
  synchronized boolean isTooMuch() {
    return heapAfterLast - heapAfterFirst > MOST_MORE_HEAP_KB
        || more(ServerShape::memoryKb) > MOST_MORE_MEMORY_KB
        || more(ServerShape::otherThreads) > MOST_MORE
        || more(ServerShape::files) > MOST_MORE;
  }

  @Override
  public synchronized String toString() {
    return "live heap %d -> %d KB, memory %d -> %d KB, threads %d -> %d, files %d -> %d"
        .formatted(
            heapAfterFirst,
            heapAfterLast,
            most(first, ServerShape::memoryKb),
            most(last, ServerShape::memoryKb),
            most(first, ServerShape::threads),
            most(last, ServerShape::threads),
            most(first, ServerShape::files),
            most(last, ServerShape::files));
  }
}
