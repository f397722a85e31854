package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of real nodes that write and read until they are stopped, each with its own keys and one
 * call after the other. They remember what was acknowledged last, and each error.
 */
final class SteadyWriters implements AutoCloseable {
  private static final int CLIENTS = 2;

  /** Between two calls of one client: dense, for moves have many steps. */
  private static final long PAUSE_NANOS = 1_000_000L;

  private final QuorateClient client;
  private final int keys;
  private final long pauseNanos;
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
  private final AtomicLong calls = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /** Writes this many keys, each once, before it returns. */
  SteadyWriters(List<String> endpoints, int keys) {
    this(QuorateClient.builder().endpoints(endpoints).build(), keys, PAUSE_NANOS);
  }

  /**
   * As above.
   *
   * @param client closed with this
   * @param pauseNanos between two calls of one client
   */
  SteadyWriters(QuorateClient client, int keys, long pauseNanos) {
    this.client = client;
    this.keys = keys;
    this.pauseNanos = pauseNanos;
    KeyValue values = client.keyValue();
    for (int i = 0; i < keys; i++) {
      put(values, "k" + i, "first " + i);
    }
    assertThat(errors).isEmpty();
    for (int i = 0; i < CLIENTS; i++) {
      int number = i;
      Thread thread = new Thread(() -> run(number), "writer-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  private void run(int number) {
    KeyValue values = client.keyValue();
    Random random = new Random(number);
    for (long turn = 0; !stopped; turn++) {
      String key = "k" + (number + CLIENTS * random.nextInt(keys / CLIENTS));
      if (turn % 3 == 2) {
        get(values, key);
      } else {
        put(values, key, number + ":" + turn);
      }
      LockSupport.parkNanos(pauseNanos);
    }
  }

  private void put(KeyValue values, String key, String value) {
    try {
      var unused = values.put(key, value);
      acknowledged.put(key, value);
      calls.incrementAndGet();
    } catch (QuorateException error) {
      acknowledged.remove(key); // it may have been written
      errors.add("put " + key + ": " + error);
    }
  }

  private void get(KeyValue values, String key) {
    try {
      String known = acknowledged.get(key);
      String found = values.get(key).text();
      calls.incrementAndGet();
      if (known != null && !known.equals(found)) {
        errors.add("get %s: %s instead of %s".formatted(key, found, known));
      }
    } catch (QuorateException error) {
      errors.add("get " + key + ": " + error);
    }
  }

  /** Calls that succeeded. */
  long calls() {
    return calls.get();
  }

  /**
   * Stops the clients; they must have seen no error, and each key must read as acknowledged last.
   */
  void stopAndReadBack() {
    stop();
    assertThat(errors).isEmpty();
    assertThat(acknowledged).hasSize(keys);
    KeyValue values = client.keyValue();
    acknowledged.forEach((key, value) -> assertThat(values.get(key).text()).isEqualTo(value));
  }

  private void stop() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", interrupted);
      }
    }
  }

  @Override
  public void close() {
    stop();
    client.close();
  }
}
