package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Version;
import io.quorate.client.WriteResult;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Writes of a tenant with retries ONCE, while nodes are killed and paused under them.
 *
 * <p>Versions of a key are totally ordered, and each result tells its version. So reads and writes
 * are linearizable if no operation has a lower version than one that ended before it began, and a
 * write takes effect once if its value has one version.
 */
class OnceTest {
  private static final String TENANT = "once";
  private static final int KEYS = 6;
  private static final int WRITERS_OF_A_KEY = 3;
  private static final Version NONE = Version.of(0, 0, 0, 0);

  private final List<Register> registers = new ArrayList<>();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /** What must not be; the first hundred of it. */
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  @Test
  void noWriteIsLostOrComesBackWhileNodesAreKilledAndPaused() throws InterruptedException {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "16").start();
        QuorateClient one = client(nodes);
        QuorateClient other = client(nodes)) {
      Administration.of(one)
          .cluster()
          .createTenant(TENANT, TenantSettings.DEFAULT.retries(Retries.ONCE));
      List<Thread> threads = new ArrayList<>();
      for (int key = 0; key < KEYS; key++) {
        Register register = new Register("once:" + key);
        registers.add(register);
        for (int writer = 0; writer < WRITERS_OF_A_KEY; writer++) {
          String name = "writer " + writer;
          KeyValue store = (writer % 2 == 0 ? one : other).keyValue();
          threads.add(new Thread(() -> register.write(name, store), register.key + " " + name));
        }
        threads.add(new Thread(() -> register.read(other.keyValue()), register.key + " reader"));
      }
      threads.forEach(Thread::start);
      Disturbance.killAndPauseEach(nodes);
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      registers.forEach(register -> register.readOnce(one.keyValue()));
      String summary =
          "written %s, read %s, unknown %s, refused %s; retries %s and %s"
              .formatted(
                  written,
                  read,
                  unknown,
                  refused,
                  one.counts().retries(),
                  other.counts().retries());
      System.out.println(summary);
      assertThat(wrong).as(summary).isEmpty();
      assertThat(one.counts().retries() + other.counts().retries()).as(summary).isPositive();
      assertThat(written.get()).as(summary).isGreaterThan(1_000);
      assertThat(read.get()).as(summary).isGreaterThan(1_000);
    }
  }

  private static QuorateClient client(Nodes nodes) {
    return QuorateClient.builder()
        .endpoints(nodes.endpoints())
        .tenant(TENANT)
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  /** A key, and what is known of it. */
  private final class Register {
    private final String key;

    /** The highest version of an operation that has ended. */
    private Version ended = NONE;

    /** The one version of each value that was seen. */
    private final Map<String, Version> versions = new ConcurrentHashMap<>();

    /** Values of which the client said that they were not applied. */
    private final Map<String, String> notApplied = new ConcurrentHashMap<>();

    Register(String key) {
      this.key = key;
    }

    void write(String writer, KeyValue store) {
      for (int i = 0; !stop.get(); i++) {
        String value = writer + " " + i;
        Version before = ended();
        try {
          boolean delete = ThreadLocalRandom.current().nextInt(10) == 0;
          WriteResult result = delete ? store.delete(key) : store.put(key, value);
          if (result.version().compareTo(before) <= 0) {
            wrong(value + " was written as " + result.version() + ", after " + before);
          }
          if (!delete) {
            seen(value, result.version());
          }
          onEnded(result.version());
          written.incrementAndGet();
        } catch (OutcomeUnknownException perhaps) {
          unknown.incrementAndGet();
        } catch (QuorateException failed) {
          notApplied.put(value, failed.toString());
          if (versions.containsKey(value)) {
            wrong(value + " was applied, and the client said: " + failed);
          }
          refused.incrementAndGet();
        }
      }
    }

    void read(KeyValue store) {
      while (!stop.get()) {
        readOnce(store);
      }
    }

    void readOnce(KeyValue store) {
      Version before = ended();
      GetResult result;
      try {
        result = store.get(key);
      } catch (QuorateException failed) {
        return;
      }
      Version version = result.version() == null ? NONE : result.version();
      if (version.compareTo(before) < 0) {
        wrong("version " + version + " was read, after " + before);
      }
      if (result.found()) {
        seen(result.text(), version);
      }
      onEnded(version);
      read.incrementAndGet();
    }

    private void seen(String value, Version version) {
      Version known = versions.putIfAbsent(value, version);
      if (known != null && !known.equals(version)) {
        wrong(value + " has version " + version + ", and had " + known);
      }
      String failure = notApplied.get(value);
      if (failure != null) {
        wrong(value + " was applied, and the client said: " + failure);
      }
    }

    private synchronized Version ended() {
      return ended;
    }

    private synchronized void onEnded(Version version) {
      ended = version.compareTo(ended) > 0 ? version : ended;
    }

    private void wrong(String what) {
      if (wrong.size() < 100) {
        wrong.add(key + ": " + what);
      }
    }
  }
}
