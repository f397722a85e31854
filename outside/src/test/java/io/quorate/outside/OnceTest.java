package io.quorate.outside;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Writes of a tenant with retries ONCE, while nodes are killed and paused under them.
 *
 * <p>Versions of a key are totally ordered, and each result tells its version. So reads and writes
 * are linearizable if no operation has a lower version than one that ended before it began, and a
 * write takes effect once if its value has one version.
 */
class OnceTest extends Load {
  private static final String TENANT = "once";
  private static final int KEYS = 6;
  private static final int WRITERS_OF_A_KEY = 3;

  /** Writes, and reads, without which the run has shown nothing. */
  private static final long AT_LEAST = 1_000;

  private static final Version NONE = Version.of(0, 0, 0, 0);

  private final List<Register> registers = new ArrayList<>();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  @Test
  void noWriteIsLostOrComesBackWhileNodesAreKilledAndPaused() throws InterruptedException {
    whileNodesAreKilledAndPaused(this);
  }

  @Override
  QuorateClient.Builder client(Nodes nodes) {
    return super.client(nodes).tenant(TENANT);
  }

  @Override
  void prepare(QuorateClient one, QuorateClient other) {
    Administration.of(one)
        .cluster()
        .createTenant(TENANT, TenantSettings.DEFAULT.retries(Retries.ONCE));
    for (int key = 0; key < KEYS; key++) {
      Register register = new Register("once:" + key);
      registers.add(register);
      for (int writer = 0; writer < WRITERS_OF_A_KEY; writer++) {
        String name = "writer " + writer;
        KeyValue store = (writer % 2 == 0 ? one : other).keyValue();
        add(register.key + " " + name, () -> register.write(name, store));
      }
      add(register.key + " reader", () -> register.read(other.keyValue()));
    }
  }

  @Override
  boolean isEnough() {
    return written.get() > AT_LEAST && read.get() > AT_LEAST;
  }

  @Override
  void settle(QuorateClient client) {
    registers.forEach(register -> register.readOnce(client.keyValue()));
  }

  @Override
  String counts() {
    return "written %s, read %s, unknown %s, refused %s".formatted(written, read, unknown, refused);
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
      for (int i = 0; !ends(); i++) {
        String value = writer + " " + i;
        Version before = ended();
        try {
          boolean delete = ThreadLocalRandom.current().nextInt(10) == 0;
          WriteResult result = delete ? store.delete(key) : store.put(key, value);
          if (result.version().compareTo(before) <= 0) {
            wrong(key + ": " + value + " was written as " + result.version() + ", after " + before);
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
            wrong(key + ": " + value + " was applied, and the client said: " + failed);
          }
          refused.incrementAndGet();
        }
      }
    }

    void read(KeyValue store) {
      while (!ends()) {
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
        wrong(key + ": version " + version + " was read, after " + before);
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
        wrong(key + ": " + value + " has version " + version + ", and had " + known);
      }
      String failure = notApplied.get(value);
      if (failure != null) {
        wrong(key + ": " + value + " was applied, and the client said: " + failure);
      }
    }

    private synchronized Version ended() {
      return ended;
    }

    private synchronized void onEnded(Version version) {
      ended = version.compareTo(ended) > 0 ? version : ended;
    }
  }
}
