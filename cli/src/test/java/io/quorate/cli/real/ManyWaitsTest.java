package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.client.HeldLock;
import io.quorate.client.KeyValue;
import io.quorate.client.Lock;
import io.quorate.client.LockWatch;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Scan;
import io.quorate.client.ScanOptions;
import io.quorate.node.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One client that waits for very many locks, watches them and closes very many scans before their
 * end, on real nodes: its puts and gets go on as if there were nothing else.
 */
class ManyWaitsTest {
  private static final int FIRST_PORT = 18_780;
  private static final int NODES = 3;
  private static final int LOCKS = 15;
  private static final int WAITS = 1_500;
  private static final int WATCHES = 300;
  private static final int SCANS = 1_000;
  private static final int SCANNERS = 4;

  /** So that a lock that is left behind does not come free by itself within the patience. */
  private static final Duration TTL = Duration.ofMinutes(10);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Longer than a node takes until it is found to be gone. */
  private static final Duration WHILE = Duration.ofSeconds(4);

  /** Leaves the processors to what is waited for. */
  private static final long BETWEEN_CALLS_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

  @TempDir private Path directory;

  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong carriedOut = new AtomicLong();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @AfterEach
  void endLoad() {
    done.set(true);
  }

  private static QuorateClient client(RealCluster cluster) {
    return QuorateClient.builder()
        .endpoints(List.of(cluster.address(0), cluster.address(1), cluster.address(2)))
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  private static String lock(int number) {
    return "held-" + number % LOCKS;
  }

  /** Puts and gets until the test is done. */
  private void load(KeyValue keys, int number) {
    for (int i = 0; !done.get(); i++) {
      String key = "load:" + number + ":" + i % 50;
      try {
        var unused = keys.put(key, "v" + i);
        assertThat(keys.get(key).text()).isEqualTo("v" + i);
        carriedOut.incrementAndGet();
        LockSupport.parkNanos(BETWEEN_CALLS_NANOS);
      } catch (QuorateException | AssertionError failure) {
        failures.add(failure);
        return;
      }
    }
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void awaitLoad() {
    long before = carriedOut.get();
    await().atMost(PATIENCE).until(() -> carriedOut.get() > before + 100 || !failures.isEmpty());
    assertThat(failures).isEmpty();
  }

  private static int inLine(QuorateClient client) {
    return client.locks().list("held-").stream().mapToInt(HeldLock::waiting).sum();
  }

  private void scanOften(KeyValue keys) {
    try {
      for (int i = 0; i < SCANS / SCANNERS; i++) {
        try (Scan scan = keys.scan("scanned:", ScanOptions.DEFAULT.pageSize(5))) {
          for (int read = 0; read <= i % 12; read++) {
            assertThat(scan.hasNext()).isTrue();
            scan.next();
          }
        }
      }
    } catch (QuorateException | AssertionError failure) {
      failures.add(failure);
    }
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** The connections to the nodes, by both of their ends, as the system tells. */
  private static Set<String> connections() throws IOException {
    Set<String> ports = new HashSet<>();
    for (int i = 0; i < NODES; i++) {
      ports.add(":" + Integer.toHexString(FIRST_PORT + i).toUpperCase(Locale.ROOT));
    }
    Set<String> connections = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      Path file = Path.of(table);
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        String[] words = line.strip().split(" +", 5);
        boolean established = words[3].equals("01");
        if (established && ports.stream().anyMatch(words[2]::endsWith)) {
          connections.add(words[1] + " " + words[2]);
        }
      }
    }
    return connections;
  }

  @Test
  void putsAndGetsGoOnBesideWaits() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, NODES);
        QuorateClient holder = client(cluster);
        QuorateClient client = client(cluster)) {
      List<Lock> held = new ArrayList<>();
      for (int i = 0; i < LOCKS; i++) {
        held.add(holder.locks().tryAcquire(lock(i), TTL).orElseThrow());
        // so that the client comes to know the node that decides, to which all waits go
        client.locks().tryAcquire("warm", TTL).orElseThrow().close();
      }
      KeyValue keys = client.keyValue();
      List<Thread> loads = List.of(start(() -> load(keys, 1)), start(() -> load(keys, 2)));
      awaitLoad();
      Set<String> before = connections();

      List<CompletableFuture<Optional<Lock>>> waits = new ArrayList<>();
      for (int i = 0; i < WAITS; i++) {
        waits.add(client.asyncLocks().acquire(lock(i), TTL, Duration.ofMinutes(30)));
      }
      List<LockWatch> watches = new ArrayList<>();
      AtomicLong told = new AtomicLong();
      for (int i = 0; i < WATCHES; i++) {
        watches.add(client.locks().watch(lock(i), status -> told.incrementAndGet()));
      }
      await().atMost(PATIENCE).until(() -> inLine(holder) == WAITS && told.get() >= WATCHES);
      Thread.sleep(WHILE.toMillis());
      awaitLoad();
      assertThat(inLine(holder)).as("each keeps its place").isEqualTo(WAITS);

      // While the locks are granted to one after the other, which release them at once, every
      // second one is given up.
      Set<Long> tokens = ConcurrentHashMap.newKeySet();
      List<CompletableFuture<?>> ends = new ArrayList<>();
      for (CompletableFuture<Optional<Lock>> wait : waits) {
        ends.add(
            wait.thenCompose(
                granted -> {
                  Lock lock = granted.orElseThrow();
                  tokens.add(lock.token());
                  return lock.releaseAsync();
                }));
      }
      held.forEach(Lock::close);
      for (int i = 0; i < WAITS; i += 2) {
        waits.get(i).cancel(false);
      }
      await().atMost(PATIENCE).until(() -> ends.stream().allMatch(CompletableFuture::isDone));
      for (int i = 1; i < WAITS; i += 2) {
        assertThat(ends.get(i)).isCompleted();
      }
      assertThat(tokens).hasSizeGreaterThanOrEqualTo(WAITS / 2);
      watches.forEach(LockWatch::close);
      await().atMost(PATIENCE).until(() -> holder.locks().list("held-").isEmpty());
      awaitLoad();
      Thread.sleep(WHILE.toMillis());
      assertThat(holder.locks().list("held-")).as("no one holds a lock unknowingly").isEmpty();
      assertThat(connections()).as("no connection was given up").containsAll(before);

      done.set(true);
      join(loads);
      assertThat(failures).isEmpty();
    }
  }

  @Test
  void putsAndGetsGoOnBesideScansThatAreClosedEarly() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, NODES);
        QuorateClient client = client(cluster)) {
      KeyValue keys = client.keyValue();
      for (int i = 0; i < 500; i++) {
        var unused = keys.put("scanned:" + i, "v");
      }
      List<Thread> loads = List.of(start(() -> load(keys, 1)), start(() -> load(keys, 2)));
      awaitLoad();
      Set<String> before = connections();
      List<Thread> scanners = new ArrayList<>();
      for (int i = 0; i < SCANNERS; i++) {
        scanners.add(start(() -> scanOften(keys)));
      }
      join(scanners);
      awaitLoad();
      assertThat(connections()).as("no connection was ended").containsAll(before);
      done.set(true);
      join(loads);
      assertThat(failures).isEmpty();
    }
  }
}
