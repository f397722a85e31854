package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.SetValue;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import io.quorate.outside.Counts.Kind;
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

  private final List<Counted> counters = new ArrayList<>();
  private final List<Kept> sets = new ArrayList<>();
  private final List<Profile> maps = new ArrayList<>();

  @Test
  void updatesTakeEffectOnceWhileNodesAreKilledAndPaused() throws InterruptedException {
    whileNodesAreKilledAndPaused(this);
  }

  @Override
  void prepare(QuorateClient one, QuorateClient other) {
    for (Model model : List.of(Model.COUNTERS, Model.SETS, Model.MAPS)) {
      createTenant(one, name(model), TenantSettings.DEFAULT.model(model));
    }
    for (int key = 0; key < KEYS; key++) {
      Counted counter = new Counted("views:" + key);
      Kept set = new Kept("tags:" + key);
      Profile map = new Profile("profile:" + key);
      counters.add(counter);
      sets.add(set);
      maps.add(map);
      addAlternating(counter.key, THREADS_OF_A_KEY, (thread, client) -> counter.run(client));
      addAlternating(set.key, THREADS_OF_A_KEY, (thread, client) -> set.run("t" + thread, client));
      addAlternating(map.key, THREADS_OF_A_KEY, (thread, client) -> map.run("t" + thread, client));
    }
  }

  @Override
  boolean isEnough() {
    return counted(Kind.WRITTEN) > AT_LEAST && counted(Kind.READ) > AT_LEAST;
  }

  @Override
  void settle(QuorateClient client) {
    counters.forEach(counter -> counter.settle(client));
    sets.forEach(set -> set.settle(client));
    maps.forEach(map -> map.settle(client));
  }

  /** What a user does at the command line. */
  @Test
  @ExtendWith(SharedNodes.class)
  void commandsCountAndKeep(Nodes nodes) {
    CommandLine commands = nodes.commandLine();
    for (String model : List.of("counters", "sets", "maps")) {
      commands.quorate("tenant", "create", "commands-" + model, "--model", model).done();
    }
    commands.quorate("counter", "increment", "page", "5", "--tenant", "commands-counters").done();
    commands.quorate("counter", "decrement", "page", "--tenant", "commands-counters").done();
    assertThat(commands.quorate("counter", "get", "page", "--tenant", "commands-counters").done())
        .isEqualTo("4\n");
    commands.quorate("set", "add", "photo", "sea", "sun", "--tenant", "commands-sets").done();
    commands.quorate("set", "remove", "photo", "sea", "--tenant", "commands-sets").done();
    assertThat(commands.quorate("set", "get", "photo", "--tenant", "commands-sets").done())
        .isEqualTo("sun\n");
    commands
        .quorate(
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
            "commands-maps")
        .done();
    assertThat(commands.quorate("map", "get", "ada", "--tenant", "commands-maps").done().lines())
        .containsExactlyInAnyOrder(
            "groups\tset\tauthors",
            "name\tregister\tAda",
            "newsletter\tflag-enable-wins\ton",
            "visits\tcounter\t3");
    assertThat(commands.quorate("scan", "--tenant", "commands-counters").done())
        .isEqualTo("page\t4\n");
    CommandLine.Result put = commands.quorate("put", "page", "5", "--tenant", "commands-counters");
    assertThat(put.code()).isNotZero();
    assertThat(put.errText()).contains("has model COUNTERS: use quorate counter increment");
  }

  private static String name(Model model) {
    return "of-" + model.name().toLowerCase(Locale.ROOT);
  }

  private End update(Runnable update) {
    return attempt(
        () -> {
          update.run();
          count(Kind.WRITTEN);
        });
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
      Long now = readIfPossible(() -> client.counters(name(Model.COUNTERS)).get(key).value());
      if (now == null) {
        return;
      }
      long most = tried.get();
      if (now < least) {
        wrong(key + " is " + now + ", though " + least + " were acknowledged");
      }
      if (now > most + THREADS_OF_A_KEY * 3) { // what is refused just now was tried, too
        wrong(key + " is " + now + ", though only " + most + " were tried");
      }
      count(Kind.READ);
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
      SetValue now = readIfPossible(() -> client.sets(name(Model.SETS)).get(key));
      if (now == null) {
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
      count(Kind.READ);
      return now;
    }

    void settle(QuorateClient client) {
      long before = counted(Kind.READ);
      SetValue now = readOnce(client);
      if (counted(Kind.READ) == before) {
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
      MapValue now = readIfPossible(() -> client.maps(name(Model.MAPS)).get(key));
      if (now == null) {
        return;
      }
      int values = now.set("each").size();
      if (values < least) {
        wrong(key + " has " + values + " values, though " + least + " were acknowledged");
      }
      if (now.count("n") < values) {
        wrong(key + " counts " + now.count("n") + " with " + values + " values");
      }
      count(Kind.READ);
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
