package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.TenantSettings;
import io.quorate.outside.Counts.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that work on keys of one model by two clients of their own, while nodes are killed and
 * paused, and what they have seen that must not be.
 */
abstract class Load {
  private static final Duration ENOUGH_WITHIN = Duration.ofMinutes(1);

  private final AtomicBoolean ends = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final List<QuorateClient> clients = new ArrayList<>();

  private final Counts counts = new Counts();

  /** What must not be; the first hundred of it. */
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  /** Creates tenants, and adds the threads. */
  abstract void prepare(QuorateClient one, QuorateClient other);

  /** Whether so much was done that the run has shown something. */
  abstract boolean isEnough();

  /** Looks at what is left, once all threads have ended and all nodes are ready. */
  abstract void settle(QuorateClient client);

  QuorateClient.Builder client(Nodes nodes) {
    return QuorateClient.builder().endpoints(nodes.endpoints()).timeout(Duration.ofSeconds(20));
  }

  final void createTenant(QuorateClient client, String name, TenantSettings settings) {
    var unused = Administration.of(client).cluster().createTenant(name, settings);
  }

  final void add(String name, Runnable work) {
    threads.add(new NotingThread(name, work, this::wrong));
  }

  /** Adds threads that work on a key, by the one client and the other in turn. */
  final void addAlternating(String key, int many, ThreadOfAKey work) {
    for (int i = 0; i < many; i++) {
      int number = i;
      QuorateClient client = clients.get(number % clients.size());
      add(key + " " + number, () -> work.run(number, client));
    }
  }

  /** What one of several threads does on a key. */
  interface ThreadOfAKey {
    void run(int number, QuorateClient client);
  }

  final boolean ends() {
    return ends.get();
  }

  final void count(Kind kind) {
    counts.add(kind);
  }

  /** How many operations ended so until now. */
  final long counted(Kind kind) {
    return counts.of(kind);
  }

  /** How an attempt to write ended, as its client was told. */
  enum End {
    DONE,
    UNKNOWN,
    REFUSED
  }

  /** Attempts to write, and counts it if it fails. */
  final End attempt(Runnable write) {
    return attempt(write, refusal -> {});
  }

  /**
   * Attempts to write, and counts it if it fails.
   *
   * @param onRefusal told if it fails so that it was not applied
   */
  final End attempt(Runnable write, Consumer<QuorateException> onRefusal) {
    try {
      write.run();
      return End.DONE;
    } catch (OutcomeUnknownException perhaps) {
      count(Kind.UNKNOWN);
      return End.UNKNOWN;
    } catch (QuorateException refusal) {
      onRefusal.accept(refusal);
      count(Kind.REFUSED);
      return End.REFUSED;
    }
  }

  /** Returns what is read; null if it cannot be, as too few nodes are there. */
  static <T> @Nullable T readIfPossible(Supplier<T> read) {
    try {
      return read.get();
    } catch (QuorateException failed) {
      return null;
    }
  }

  final void wrong(String what) {
    if (wrong.size() < 100) {
      wrong.add(what);
    }
  }

  /** Kills and pauses nodes of a new cluster while a load goes on, and looks at that. */
  static void whileNodesAreKilledAndPaused(Load load) throws InterruptedException {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "16").start()) {
      whileNodesAreKilledAndPaused(nodes, load);
    }
  }

  /** Kills and pauses nodes while all of the loads go on, and looks at each. */
  static void whileNodesAreKilledAndPaused(Nodes nodes, Load... loads) throws InterruptedException {
    try {
      try {
        for (Load load : loads) {
          load.begin(nodes);
        }
        Disturbance.killAndPauseEach(nodes);
        disturbUntilAllRetried(nodes, loads);
        for (Load load : loads) {
          // A slow machine takes longer for as much.
          Waiting.until(
              ENOUGH_WITHIN, () -> load.isEnough() || !load.wrong.isEmpty(), load::summary);
        }
      } finally {
        for (Load load : loads) {
          load.end();
        }
      }
      for (Load load : loads) {
        load.check();
      }
    } finally {
      for (Load load : loads) {
        load.clients.forEach(QuorateClient::close);
      }
    }
  }

  /**
   * A load that had no call with a node at the moment it was killed has shown nothing. Others may
   * coordinate the few keys of it, and so these are next.
   */
  private static void disturbUntilAllRetried(Nodes nodes, Load... loads) {
    for (Node next : nodes.all().reversed()) {
      if (Arrays.stream(loads).allMatch(load -> load.retries() > 0)) {
        return;
      }
      Disturbance.killAndPause(nodes, List.of(next));
    }
  }

  private void begin(Nodes nodes) {
    QuorateClient one = client(nodes).build();
    clients.add(one);
    QuorateClient other = client(nodes).build();
    clients.add(other);
    prepare(one, other);
    threads.forEach(Thread::start);
  }

  private void end() throws InterruptedException {
    ends.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private long retries() {
    return clients.stream().mapToLong(client -> client.counts().retries()).sum();
  }

  private String summary() {
    return "%s: %s; retries %d; wrong: %s"
        .formatted(getClass().getSimpleName(), counts, retries(), wrong);
  }

  private void check() {
    // Before it is settled: what went wrong may be why that fails.
    assertThat(wrong).as(summary()).isEmpty();
    settle(clients.getFirst());
    System.out.println(summary());
    assertThat(wrong).as(summary()).isEmpty();
    assertThat(retries()).as(summary()).isPositive();
  }
}
