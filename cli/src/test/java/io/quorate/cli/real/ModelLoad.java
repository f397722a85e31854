package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Codec;
import io.quorate.client.FieldsUpdate;
import io.quorate.client.GetResult;
import io.quorate.client.IncrementOptions;
import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.SetValue;
import io.quorate.client.Sibling;
import io.quorate.client.SiblingKeyValue;
import io.quorate.client.Siblings;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Writes of one client to one key, each with the next number, and what a copy of the tenant must
 * have of the key that was taken between two moments: what was acknowledged before the first, and
 * nothing that was begun after the second.
 */
enum ModelLoad {
  LAST_WRITE(Model.LAST_WRITE_WINS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      put(client, tenant, key, number);
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireNumber(bounds, textOf(client, tenant, key));
    }
  },

  /** Its writes have identities, by which their retries are told. */
  LAST_WRITE_ONCE(Model.LAST_WRITE_WINS, Retries.ONCE) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      put(client, tenant, key, number);
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireNumber(bounds, textOf(client, tenant, key));
    }
  },

  /** The later a value is written, the later it expires. */
  EXPIRING(Model.LAST_WRITE_WINS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      var unused =
          client
              .keyValue()
              .put(
                  key,
                  Long.toString(number),
                  WriteOptions.DEFAULT.tenant(tenant).ttl(Duration.ofHours(number)));
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      GetResult found = client.keyValue().get(key, ReadOptions.DEFAULT.tenant(tenant));
      requireNumber(bounds, found.text());
      requireExpiry(Long.parseLong(found.text()), found.expiresAtMillis());
    }
  },

  DELETED(Model.LAST_WRITE_WINS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      putOrDelete(client, tenant, key, number);
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireNumberOrNone(bounds, client, tenant, key);
    }
  },

  /** A key under a lock takes no write under an earlier token; the restored one takes any. */
  FENCED(Model.LAST_WRITE_WINS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      var unused =
          client
              .keyValue()
              .put(
                  key, Long.toString(number), WriteOptions.DEFAULT.tenant(tenant).fencedBy(number));
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireNumber(bounds, textOf(client, tenant, key));
      write(client, tenant, key, 1);
      assertThat(textOf(client, tenant, key)).isEqualTo("1");
    }
  },

  REGISTERS(Model.LINEARIZABLE) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      put(client, tenant, key, number);
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireNumber(bounds, textOf(client, tenant, key));
    }
  },

  DELETED_REGISTERS(Model.LINEARIZABLE) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      putOrDelete(client, tenant, key, number);
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireNumberOrNone(bounds, client, tenant, key);
    }
  },

  /** Each addition takes effect once, however often it is sent. */
  NUMBERS(Model.LINEARIZABLE) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      var unused = client.keyValue().increment(key, 1, IncrementOptions.DEFAULT.tenant(tenant));
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireCount(bounds, Long.parseLong(textOf(client, tenant, key)));
    }
  },

  /** What is changed together is in a backup together. */
  FIELDS(Model.LINEARIZABLE) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      String text = Long.toString(number);
      var unused =
          client.fields(tenant).update(key, FieldsUpdate.EMPTY.set("one", text).set("two", text));
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      var fields = client.fields(tenant).get(key);
      requireNumber(bounds, fields.text("one").orElseThrow());
      assertThat(fields.text("two")).isEqualTo(fields.text("one"));
    }
  },

  COUNTERS(Model.COUNTERS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      var unused = client.counters(tenant).increment(key, 1);
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireCount(bounds, client.counters(tenant).get(key).value());
    }
  },

  SETS(Model.SETS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      var unused = client.sets(tenant).add(key, element(number));
      unused = client.sets(tenant).remove(key, element(number - KEPT));
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireElements(bounds, client.sets(tenant).get(key));
    }
  },

  MAPS(Model.MAPS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      MapUpdate update =
          MapUpdate.EMPTY
              .increment("count", 1)
              .grow("grown", 1)
              .assign("number", Long.toString(number))
              .add("elements", element(number))
              .remove("elements", element(number - KEPT));
      var unused =
          client
              .maps(tenant)
              .update(key, number % 2 == 0 ? update.enable("even") : update.disable("even"));
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      MapValue map = client.maps(tenant).get(key);
      requireCount(bounds, map.count("count"));
      String number = map.text("number").orElseThrow();
      requireNumber(bounds, number);
      requireElements(bounds, map.set("elements"));
      if (bounds.repeated().isEmpty()) {
        assertThat(map.count("count")).as("%s", bounds).isEqualTo(Long.parseLong(number));
        assertThat(map.grown("grown")).isEqualTo(map.count("count"));
        assertThat(map.set("elements").texts()).contains(element(Long.parseLong(number)));
        assertThat(map.isEnabled("even")).isEqualTo(Long.parseLong(number) % 2 == 0);
      }
    }
  },

  /** A value is put in the place of those that were read, and has the highest number of them. */
  SIBLINGS(Model.SIBLINGS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      var values = values(client, tenant);
      Siblings<String> there = values.get(key);
      long highest = Math.max(number, highest(there));
      var unused =
          values.put(
              key,
              Long.toString(highest),
              there.context(),
              WriteOptions.DEFAULT.ttl(Duration.ofHours(highest)));
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      Siblings<String> there = values(client, tenant).get(key);
      requireNumber(bounds, Long.toString(highest(there)));
      for (Sibling<String> each : there.list()) {
        requireExpiry(Long.parseLong(each.value()), each.expiresAtMillis());
      }
    }

    private SiblingKeyValue<String, String> values(QuorateClient client, String tenant) {
      return client.siblings(tenant, Codec.utf8(), Codec.utf8());
    }

    private long highest(Siblings<String> siblings) {
      return siblings.values().stream().mapToLong(Long::parseLong).max().orElse(0);
    }
  },

  /** Values that no read came before stand beside each other. */
  BLIND_SIBLINGS(Model.SIBLINGS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      var values = client.siblings(tenant, Codec.utf8(), Codec.utf8());
      if (number % KEPT == 0) {
        var unused = values.put(key, element(number), values.get(key).context());
      } else {
        var unused = values.put(key, element(number));
      }
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireSiblings(bounds, client, tenant, key, true);
    }
  },

  /** All that stand beside each other are deleted now and then. */
  DELETED_SIBLINGS(Model.SIBLINGS) {
    @Override
    void write(QuorateClient client, String tenant, String key, long number) {
      var values = client.siblings(tenant, Codec.utf8(), Codec.utf8());
      if (number % KEPT == 0) {
        var unused = values.delete(key, values.get(key).context());
      } else {
        var unused = values.put(key, element(number));
      }
    }

    @Override
    void check(QuorateClient client, String tenant, String key, Bounds bounds) {
      requireSiblings(bounds, client, tenant, key, false);
    }
  };

  /** How many elements stay: with each that is added, an older one is removed. */
  private static final long KEPT = 5;

  @SuppressWarnings("ImmutableEnumChecker") // settings do not change
  private final TenantSettings settings;

  /**
   * What a copy must have of a key.
   *
   * @param acknowledged the highest number that was acknowledged before it was taken
   * @param begun the highest number of which a write was begun before it was taken
   * @param done how many writes were acknowledged before
   * @param attempts how many writes were begun before
   * @param repeated numbers whose write was made again, as its outcome was not known: the first one
   *     may take effect later, beside what came since
   */
  record Bounds(long acknowledged, long begun, long done, long attempts, Set<Long> repeated) {
    Bounds {
      repeated = Set.copyOf(repeated);
    }

    /** Whether a number was taken away again before the copy was taken, and for good. */
    private boolean isGone(long number, long takenAwayBy) {
      return takenAwayBy <= acknowledged && !repeated.contains(number);
    }

    /** Whether a number was there all the time while the copy was taken. */
    private boolean isThere(long number, long takenAwayBy) {
      return number <= acknowledged && takenAwayBy > begun;
    }
  }

  /** Attempts of one client at writes of one key. */
  static final class Writer {
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong attempts = new AtomicLong();
    private final Set<Long> repeated = ConcurrentHashMap.newKeySet();

    /** Writes the next number, until that is acknowledged or all ends. */
    void next(LongConsumer write, BooleanSupplier ends) {
      long number = begun.incrementAndGet();
      while (!ends.getAsBoolean()) {
        attempts.incrementAndGet();
        try {
          write.accept(number);
          done.incrementAndGet();
          acknowledged.set(number);
          return;
        } catch (QuorateException nodeIsDown) {
          // It is not known whether it took effect, and it is made again.
          repeated.add(number);
        }
      }
    }

    long acknowledged() {
      return acknowledged.get();
    }

    /** From one look before the copy was taken, and one after. */
    static Bounds between(Writer.Look before, Writer.Look after) {
      return new Bounds(
          before.acknowledged, after.begun, before.done, after.attempts, after.repeated);
    }

    Look look() {
      // What has ended is looked at before what was begun: a write in between counts as either.
      long ended = acknowledged.get();
      long successes = done.get();
      return new Look(ended, begun.get(), successes, attempts.get(), Set.copyOf(repeated));
    }

    /** How far it was. */
    record Look(long acknowledged, long begun, long done, long attempts, Set<Long> repeated) {
      Look {
        repeated = Set.copyOf(repeated);
      }
    }
  }

  ModelLoad(Model model) {
    this.settings = TenantSettings.DEFAULT.model(model);
  }

  ModelLoad(Model model, Retries retries) {
    this.settings = TenantSettings.DEFAULT.model(model).retries(retries);
  }

  TenantSettings settings() {
    return settings;
  }

  /**
   * Writes a number, from 1.
   *
   * @throws QuorateException if that fails; it is done again then
   */
  abstract void write(QuorateClient client, String tenant, String key, long number);

  /** Requires of a key that it is as it was at some moment between the bounds. */
  abstract void check(QuorateClient client, String tenant, String key, Bounds bounds);

  private static void put(QuorateClient client, String tenant, String key, long number) {
    var unused =
        client.keyValue().put(key, Long.toString(number), WriteOptions.DEFAULT.tenant(tenant));
  }

  /** Odd numbers are put, and even ones delete the key. */
  private static void putOrDelete(QuorateClient client, String tenant, String key, long number) {
    if (number % 2 == 0) {
      var unused = client.keyValue().delete(key, WriteOptions.DEFAULT.tenant(tenant));
    } else {
      put(client, tenant, key, number);
    }
  }

  private static void requireNumberOrNone(
      Bounds bounds, QuorateClient client, String tenant, String key) {
    GetResult found = client.keyValue().get(key, ReadOptions.DEFAULT.tenant(tenant));
    if (found.found()) {
      requireNumber(bounds, found.text());
    } else {
      assertThat(LongStream.rangeClosed(bounds.acknowledged(), bounds.begun()))
          .as("%s", bounds)
          .anyMatch(number -> number % 2 == 0);
    }
  }

  private static String textOf(QuorateClient client, String tenant, String key) {
    return client.keyValue().get(key, ReadOptions.DEFAULT.tenant(tenant)).text();
  }

  private static String element(long number) {
    return "e" + number;
  }

  private static void requireNumber(Bounds bounds, String number) {
    assertThat(Long.parseLong(number))
        .as("%s", bounds)
        .isBetween(bounds.acknowledged(), bounds.begun());
  }

  /** It was written with as many hours to live as its number, since the test began. */
  private static void requireExpiry(long number, long expiresAtMillis) {
    Duration left = Duration.ofMillis(expiresAtMillis - System.currentTimeMillis());
    assertThat(left)
        .as("of number %d", number)
        .isBetween(Duration.ofHours(number - 1), Duration.ofHours(number));
  }

  /**
   * @param replaced whether a value takes the place of those before each multiple of those kept, or
   *     none does
   */
  private static void requireSiblings(
      Bounds bounds, QuorateClient client, String tenant, String key, boolean replaced) {
    var values = client.siblings(tenant, Codec.utf8(), Codec.utf8()).get(key).values();
    for (long number = 1; number <= bounds.begun(); number++) {
      long replacedBy = (number / KEPT + 1) * KEPT;
      boolean isPut = replaced || number % KEPT != 0;
      if (isPut && bounds.isThere(number, replacedBy)) {
        assertThat(values).as("%s", bounds).contains(element(number));
      } else if (!isPut || bounds.isGone(number, replacedBy)) {
        assertThat(values).as("%s", bounds).doesNotContain(element(number));
      }
    }
    assertThat(values).as("%s", bounds).doesNotContain(element(bounds.begun() + 1));
  }

  private static void requireCount(Bounds bounds, long count) {
    assertThat(count).as("%s", bounds).isBetween(bounds.done(), bounds.attempts());
  }

  private static void requireElements(Bounds bounds, SetValue set) {
    Set<String> elements = set.texts();
    for (long number = 1; number <= bounds.begun(); number++) {
      if (bounds.isThere(number, number + KEPT)) {
        assertThat(elements).as("%s", bounds).contains(element(number));
      } else if (bounds.isGone(number, number + KEPT)) {
        assertThat(elements).as("%s", bounds).doesNotContain(element(number));
      }
    }
    assertThat(elements).as("%s", bounds).doesNotContain(element(bounds.begun() + 1));
  }
}
