package io.quorate.outside;

import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Version;
import io.quorate.client.WriteResult;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.TenantSettings;
import io.quorate.outside.Counts.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
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
    createTenant(one, TENANT, TenantSettings.DEFAULT.retries(Retries.ONCE));
    for (int key = 0; key < KEYS; key++) {
      Register register = new Register("once:" + key);
      registers.add(register);
      addAlternating(
          register.key,
          WRITERS_OF_A_KEY,
          (writer, client) -> register.write("writer " + writer, client.keyValue()));
      add(register.key + " reader", () -> register.read(other.keyValue()));
    }
  }

  @Override
  boolean isEnough() {
    return counted(Kind.WRITTEN) > AT_LEAST && counted(Kind.READ) > AT_LEAST;
  }

  @Override
  void settle(QuorateClient client) {
    for (Register register : registers) {
      if (!register.readOnce(client.keyValue())) {
        wrong(register.key + " cannot be read, though all nodes are ready");
      }
    }
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
        End unused = attempt(() -> putOrDelete(value, store), failed -> onRefused(value, failed));
      }
    }

    private void putOrDelete(String value, KeyValue store) {
      Version before = ended();
      boolean delete = ThreadLocalRandom.current().nextInt(10) == 0;
      WriteResult result = delete ? store.delete(key) : store.put(key, value);
      if (result.version().compareTo(before) <= 0) {
        wrong(key + ": " + value + " was written as " + result.version() + ", after " + before);
      }
      if (!delete) {
        seen(value, result.version());
      }
      onEnded(result.version());
      count(Kind.WRITTEN);
    }

    private void onRefused(String value, QuorateException failed) {
      notApplied.put(value, failed.toString());
      if (versions.containsKey(value)) {
        wrong(key + ": " + value + " was applied, and the client said: " + failed);
      }
    }

    void read(KeyValue store) {
      while (!ends()) {
        boolean unused = readOnce(store);
      }
    }

    /** Returns whether the read was answered. */
    boolean readOnce(KeyValue store) {
      Version before = ended();
      GetResult result = readIfPossible(() -> store.get(key));
      if (result == null) {
        return false;
      }
      Version version = result.version() == null ? NONE : result.version();
      if (version.compareTo(before) < 0) {
        wrong(key + ": version " + version + " was read, after " + before);
      }
      if (result.found()) {
        seen(result.text(), version);
      }
      onEnded(version);
      count(Kind.READ);
      return true;
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
