package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.SetValue;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Counters, sets and maps, while nodes are killed and paused under those who update them.
 *
 * <p>A counter that only grows is right if each read is at least what was acknowledged before it
 * began, and at most what was tried before it ended. A set to which each value is added once, and
 * from which it is removed once, shows for each value whether an update was lost or came back.
 */
class CountersTest extends Load {
  private static final int KEYS = 3;
  private static final int THREADS_OF_A_KEY = 4;

  /** Updates, and reads, without which the run has shown nothing. */
  private static final long AT_LEAST = 1_000;

  private final AtomicLong updated = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  private final List<Counted> counters = new ArrayList<>();
  private final List<Kept> sets = new ArrayList<>();
  private final List<Profile> maps = new ArrayList<>();

  /** How an update ended. */
  private enum End {
    DONE,
    UNKNOWN,
    REFUSED
  }

  @Test
  void updatesTakeEffectOnceWhileNodesAreKilledAndPaused() throws InterruptedException {
    whileNodesAreKilledAndPaused(this);
  }

  @Override
  void prepare(QuorateClient one, QuorateClient other) {
    createTenants(one);
    for (int key = 0; key < KEYS; key++) {
      Counted counter = new Counted("views:" + key);
      Kept set = new Kept("tags:" + key);
      Profile map = new Profile("profile:" + key);
      counters.add(counter);
      sets.add(set);
      maps.add(map);
      for (int thread = 0; thread < THREADS_OF_A_KEY; thread++) {
        String name = "t" + thread;
        QuorateClient client = thread % 2 == 0 ? one : other;
        add(counter.key + " " + name, () -> counter.run(client));
        add(set.key + " " + name, () -> set.run(name, client));
        add(map.key + " " + name, () -> map.run(name, client));
      }
    }
  }

  @Override
  boolean isEnough() {
    return updated.get() > AT_LEAST && read.get() > AT_LEAST;
  }

  @Override
  void settle(QuorateClient client) {
    counters.forEach(counter -> counter.settle(client));
    sets.forEach(set -> set.settle(client));
    maps.forEach(map -> map.settle(client));
  }

  @Override
  String counts() {
    return "updated %s, read %s, unknown %s, refused %s".formatted(updated, read, unknown, refused);
  }

  /** What a user does at the command line. */
  @Test
  @ExtendWith(SharedNodes.class)
  void commandsCountAndKeep(Nodes nodes) {
    CommandLine commands = nodes.commandLine();
    for (String model : List.of("counters", "sets", "maps")) {
      quorate(commands, "tenant", "create", "commands-" + model, "--model", model);
    }
    quorate(commands, "counter", "increment", "page", "5", "--tenant", "commands-counters");
    quorate(commands, "counter", "decrement", "page", "--tenant", "commands-counters");
    assertThat(quorate(commands, "counter", "get", "page", "--tenant", "commands-counters"))
        .isEqualTo("4\n");
    quorate(commands, "set", "add", "photo", "sea", "sun", "--tenant", "commands-sets");
    quorate(commands, "set", "remove", "photo", "sea", "--tenant", "commands-sets");
    assertThat(quorate(commands, "set", "get", "photo", "--tenant", "commands-sets"))
        .isEqualTo("sun\n");
    quorate(
        commands,
        "map",
        "update",
        "ada",
        "--increment",
        "visits=3",
        "--add",
        "groups=authors",
        "--assign",
        "name=Ada",
        "--enable",
        "newsletter",
        "--tenant",
        "commands-maps");
    assertThat(quorate(commands, "map", "get", "ada", "--tenant", "commands-maps").lines())
        .containsExactlyInAnyOrder(
            "groups\tset\tauthors",
            "name\tregister\tAda",
            "newsletter\tflag-enable-wins\ton",
            "visits\tcounter\t3");
    assertThat(quorate(commands, "scan", "--tenant", "commands-counters")).isEqualTo("page\t4\n");
    CommandLine.Result put = commands.quorate("put", "page", "5", "--tenant", "commands-counters");
    assertThat(put.code()).isNotZero();
    assertThat(put.errText()).contains("has model COUNTERS: use quorate counter increment");
  }

  private static String quorate(CommandLine commands, String... words) {
    CommandLine.Result result = commands.quorate(words);
    assertThat(result.code()).as("%s: %s", List.of(words), result).isZero();
    return result.outText();
  }

  private static void createTenants(QuorateClient client) {
    for (Model model : List.of(Model.COUNTERS, Model.SETS, Model.MAPS)) {
      Administration.of(client)
          .cluster()
          .createTenant(name(model), TenantSettings.DEFAULT.model(model));
    }
  }

  private static String name(Model model) {
    return "of-" + model.name().toLowerCase(Locale.ROOT);
  }

  private End update(Runnable update) {
    try {
      update.run();
      updated.incrementAndGet();
      return End.DONE;
    } catch (OutcomeUnknownException perhaps) {
      unknown.incrementAndGet();
      return End.UNKNOWN;
    } catch (QuorateException failed) {
      refused.incrementAndGet();
      return End.REFUSED;
    }
  }

  /** A counter, and what is known of it. */
  private final class Counted {
    private final String key;
    private final AtomicLong tried = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    Counted(String key) {
      this.key = key;
    }

    void run(QuorateClient client) {
      var store = client.counters(name(Model.COUNTERS));
      for (int i = 0; !ends(); i++) {
        long by = 1L + i % 3;
        tried.addAndGet(by);
        switch (update(() -> store.increment(key, by))) {
          case DONE -> acknowledged.addAndGet(by);
          case UNKNOWN -> lost.addAndGet(by);
          case REFUSED -> tried.addAndGet(-by);
        }
        if (i % 4 == 0) {
          readOnce(client);
        }
      }
    }

    private void readOnce(QuorateClient client) {
      long least = acknowledged.get();
      try {
        long now = client.counters(name(Model.COUNTERS)).get(key).value();
        long most = tried.get();
        if (now < least) {
          wrong(key + " is " + now + ", though " + least + " were acknowledged");
        }
        if (now > most + THREADS_OF_A_KEY * 3) { // what is refused just now was tried, too
          wrong(key + " is " + now + ", though only " + most + " were tried");
        }
        read.incrementAndGet();
      } catch (QuorateException failed) {
        // Reads fail while too few nodes are there.
      }
    }

    void settle(QuorateClient client) {
      long now = client.counters(name(Model.COUNTERS)).get(key).value();
      long least = acknowledged.get();
      if (now < least || now > least + lost.get()) {
        wrong(key + " is " + now + ": acknowledged " + least + ", unknown " + lost);
      }
    }
  }

  /** A set, and what is known of its values, each of which is added once and removed once. */
  private final class Kept {
    private final String key;

    /** How the addition and the removal of a value ended; no removal: none was tried. */
    private final Map<String, End> added = new ConcurrentHashMap<>();

    private final Map<String, End> removed = new ConcurrentHashMap<>();

    Kept(String key) {
      this.key = key;
    }

    void run(String name, QuorateClient client) {
      var store = client.sets(name(Model.SETS));
      for (int i = 0; !ends() && i < 400; i++) {
        String value = name + "-" + i;
        added.put(value, End.UNKNOWN);
        added.put(value, update(() -> store.add(key, value)));
        if (i % 3 == 0) {
          removed.put(value, End.UNKNOWN);
          removed.put(value, update(() -> store.remove(key, value)));
        } else if (i % 3 == 1) {
          SetValue seen = readOnce(client);
          if (seen.contains(value)) {
            removed.put(value, End.UNKNOWN);
            removed.put(value, update(() -> store.remove(key, seen, value)));
          }
        }
        Waiting.pass(Duration.ofMillis(20));
      }
    }

    private SetValue readOnce(QuorateClient client) {
      Map<String, End> addedBefore = Map.copyOf(added);
      Map<String, End> removedBefore = Map.copyOf(removed);
      SetValue now;
      try {
        now = client.sets(name(Model.SETS)).get(key);
      } catch (QuorateException failed) {
        return SetValue.EMPTY;
      }
      Set<String> values = now.texts();
      addedBefore.forEach(
          (value, end) -> {
            End removal = removedBefore.get(value);
            boolean neverRemoved = removed.get(value) == null || removed.get(value) == End.REFUSED;
            if (end == End.DONE && neverRemoved && !values.contains(value)) {
              wrong(key + ": " + value + " was added, and is not there");
            }
            if (end == End.DONE && removal == End.DONE && values.contains(value)) {
              wrong(key + ": " + value + " was removed, and is there");
            }
            if (end == End.REFUSED && values.contains(value)) {
              wrong(key + ": " + value + " is there, and the client said that it was not applied");
            }
          });
      read.incrementAndGet();
      return now;
    }

    void settle(QuorateClient client) {
      long before = read.get();
      SetValue now = readOnce(client);
      if (read.get() == before) {
        wrong(key + " cannot be read, though all nodes are ready");
      }
      for (String value : now.texts()) {
        if (!added.containsKey(value)) {
          wrong(key + ": no one has added " + value);
        }
      }
    }
  }

  /** A map whose set has a value for each time that its counter was incremented. */
  private final class Profile {
    private final String key;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    Profile(String key) {
      this.key = key;
    }

    void run(String name, QuorateClient client) {
      var store = client.maps(name(Model.MAPS));
      for (int i = 0; !ends() && i < 400; i++) {
        MapUpdate update = MapUpdate.EMPTY.increment("n", 1).add("each", name + "-" + i);
        switch (update(() -> store.update(key, update))) {
          case DONE -> acknowledged.incrementAndGet();
          case UNKNOWN -> lost.incrementAndGet();
          case REFUSED -> {}
        }
        if (i % 4 == 0) {
          readOnce(client);
        }
        Waiting.pass(Duration.ofMillis(20));
      }
    }

    /** What is counted again with a later update is no more than what was lost. */
    private void readOnce(QuorateClient client) {
      long least = acknowledged.get();
      try {
        MapValue now = client.maps(name(Model.MAPS)).get(key);
        int values = now.set("each").size();
        if (values < least) {
          wrong(key + " has " + values + " values, though " + least + " were acknowledged");
        }
        if (now.count("n") < values) {
          wrong(key + " counts " + now.count("n") + " with " + values + " values");
        }
        read.incrementAndGet();
      } catch (QuorateException failed) {
        // Reads fail while too few nodes are there.
      }
    }

    void settle(QuorateClient client) {
      readOnce(client);
      long count = client.maps(name(Model.MAPS)).get(key).count("n");
      if (count > acknowledged.get() + lost.get()) {
        wrong(key + " counts " + count + ": " + acknowledged + " and " + lost + " unknown");
      }
    }
  }
}
