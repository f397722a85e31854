package io.quorate.outside;

import io.quorate.client.Fields;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Clients that read and write a few linearizable keys at the same time, until they are stopped. */
final class RegisterClients implements AutoCloseable {
  private static final int KEYS = 4;
  private static final int CLIENTS_OF_A_KEY = 4;
  private static final List<String> FIELDS = List.of("a", "b", "c");

  /** Then the clients go on with another key: short histories are judged sooner. */
  private static final int CALLS_OF_A_KEY = 150;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final RegisterHistory history;
  private final List<QuorateClient> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stop;

  RegisterClients(RegisterHistory history, String endpoints, String tenant, long seed) {
    this.history = history;
    for (int i = 0; i < CLIENTS_OF_A_KEY; i++) {
      clients.add(
          QuorateClient.builder().endpoints(endpoints).tenant(tenant).timeout(TIMEOUT).build());
    }
    for (int key = 0; key < KEYS; key++) {
      AtomicLong calls = new AtomicLong();
      for (int i = 0; i < CLIENTS_OF_A_KEY; i++) {
        String name = key + "-" + i;
        String prefix = "register:" + key + ":";
        KeyValue store = clients.get(i).keyValue();
        Random random = new Random(seed + threads.size());
        threads.add(new Thread(() -> run(store, name, prefix, calls, random)));
      }
    }
    AtomicLong ofMaps = new AtomicLong();
    for (int i = 0; i < CLIENTS_OF_A_KEY; i++) {
      String name = "map-" + i;
      Fields fields = clients.get(i).fields(tenant);
      Random random = new Random(seed + threads.size());
      threads.add(new Thread(() -> runMap(fields, name, ofMaps, random)));
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private void run(KeyValue store, String client, String prefix, AtomicLong calls, Random random) {
    @Nullable String seen = null;
    try {
      for (int i = 0; !stop; i++) {
        String key = prefix + calls.getAndIncrement() / CALLS_OF_A_KEY;
        String value = random.nextInt(3) == 0 ? client + "-" + i : String.valueOf(1_000_000 + i);
        switch (random.nextInt(10)) {
          case 8, 9 -> history.add(store, client, key, random.nextInt(5) - 2);
          case 0, 1 -> history.put(store, client, key, value);
          case 2 -> history.delete(store, client, key);
          case 3, 4 -> history.compareAndSet(store, client, key, seen, value);
          default -> seen = history.get(store, client, key);
        }
        Waiting.pass(PAUSE);
      }
    } catch (RuntimeException | Error unexpected) {
      failure.compareAndSet(null, unexpected);
    }
  }

  /** Changes fields of maps, some as they were read last. */
  private void runMap(Fields fields, String client, AtomicLong calls, Random random) {
    Map<String, String> seen = Map.of();
    try {
      for (int i = 0; !stop; i++) {
        String key = "map:" + calls.getAndIncrement() / CALLS_OF_A_KEY;
        if (random.nextInt(3) == 0) {
          seen = history.getFields(fields, client, key);
        } else {
          Map<String, @Nullable String> expected = new TreeMap<>();
          Map<String, @Nullable String> set = new TreeMap<>();
          for (String field : FIELDS) {
            if (random.nextInt(3) == 0) {
              expected.put(field, seen.get(field));
            }
            if (random.nextInt(2) == 0) {
              set.put(field, random.nextInt(3) == 0 ? null : client + "-" + i);
            }
          }
          if (set.isEmpty()) {
            set.put(FIELDS.get(i % FIELDS.size()), client + "-" + i);
          }
          history.updateFields(fields, client, key, expected, set);
        }
        Waiting.pass(PAUSE);
      }
    } catch (RuntimeException | Error unexpected) {
      failure.compareAndSet(null, unexpected);
    }
  }

  /** Waits for the calls under way. */
  @Override
  public void close() {
    stop = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    clients.forEach(QuorateClient::close);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("a client failed", thrown);
    }
  }
}
