package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Threads that write and read, each keys that no other one writes: no operation may fail, and each
 * read finds what was written last.
 */
final class OwnKeys implements AutoCloseable {
  private static final int THREADS = 12;
  private static final int KEYS_OF_A_THREAD = 50;

  /** Between two writes of a thread: more load than a test needs would make nodes start late. */
  private static final Duration PAUSE = Duration.ofMillis(40);

  /** As commands have it by default. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Duration WITHIN = Duration.ofSeconds(60);

  private final QuorateClient client;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicBoolean ends = new AtomicBoolean();
  private final AtomicLong done = new AtomicLong();

  /** What must not be; the first hundred of it. */
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  private OwnKeys(Nodes nodes) {
    client = QuorateClient.builder().endpoints(nodes.endpoints()).timeout(TIMEOUT).build();
    for (int thread = 0; thread < THREADS; thread++) {
      String name = "own:" + thread + ":";
      threads.add(new NotingThread(name, () -> run(name), this::wrong));
    }
  }

  static OwnKeys begin(Nodes nodes) {
    OwnKeys begun = new OwnKeys(nodes);
    begun.threads.forEach(Thread::start);
    return begun;
  }

  private void run(String name) {
    KeyValue store = client.keyValue();
    String[] last = new String[KEYS_OF_A_THREAD];
    for (int i = 0; !ends.get(); i++) {
      int key = i % KEYS_OF_A_THREAD;
      String value = "value " + i;
      try {
        var unused = store.put(name + key, value);
        last[key] = value;
        done.incrementAndGet();
      } catch (QuorateException failed) {
        wrong(name + key + " was not written: " + failed);
      }
      read(store, name + key, last[key]);
      Waiting.pass(PAUSE);
    }
    for (int key = 0; key < KEYS_OF_A_THREAD; key++) {
      read(store, name + key, last[key]);
    }
  }

  private void read(KeyValue store, String key, @Nullable String last) {
    try {
      var found = store.get(key);
      String now = found.found() ? found.text() : null;
      if (last != null && !last.equals(now)) {
        wrong(key + " is '" + now + "', and '" + last + "' was written last");
      }
      done.incrementAndGet();
    } catch (QuorateException failed) {
      wrong(key + " was not read: " + failed);
    }
  }

  private void wrong(String what) {
    if (wrong.size() < 100) {
      wrong.add(what);
    }
  }

  /** How many operations were answered so far. */
  long done() {
    return done.get();
  }

  /** Returns when more operations have been answered, or some have gone wrong. */
  void awaitMore(long operations) {
    long before = done.get();
    Waiting.until(
        WITHIN,
        () -> done.get() >= before + operations || !wrong.isEmpty(),
        () -> "only " + (done.get() - before) + " operations were answered");
  }

  /** Ends them, and looks at each key once more. */
  void end() throws InterruptedException {
    ends.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).isEmpty();
  }

  @Override
  public void close() {
    ends.set(true);
    client.close();
  }
}
