package io.quorate.sim.backup;

import io.quorate.placement.Model;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChecker;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.util.Map;
import java.util.TreeMap;

/**
 * Clients that change keys of tenants of which backups promise something of each key alone: each
 * changes keys of all of them.
 */
final class KeyByKeySessions {
  private static final int SESSIONS = 3;
  private static final int KEYS = 2;
  private static final long THINK_NANOS = 8_000_000;

  private final SimWorld world;
  private final SimCluster cluster;
  private final KeyByKeyChecker checker;
  private final SessionCalls calls;
  private final Runnable look;
  private final SimRandom random;

  /** How many keys of each tenant and place have had all the changes that they may. */
  private final Map<String, Integer> generations = new TreeMap<>();

  private boolean stopped;
  private int working;

  KeyByKeySessions(SimCluster cluster, KeyByKeyChecker checker, Runnable look, SimRandom random) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.checker = checker;
    this.calls = new SessionCalls(cluster, look);
    this.look = look;
    this.random = random;
  }

  void start() {
    SiblingPuts puts = new SiblingPuts();
    for (int i = 0; i < SESSIONS; i++) {
      working++;
      next(new KeyByKeySession(i + 1, world, calls, checker, puts, random, this::next));
    }
  }

  /** Sessions end what they are at, and begin nothing more. */
  void stop() {
    stopped = true;
  }

  boolean isDone() {
    return working == 0;
  }

  private void next(KeyByKeySession session) {
    world.schedule(
        random.exponential(THINK_NANOS) + 1,
        "session",
        () -> {
          if (stopped) {
            working--;
          } else {
            look.run(); // so that what begins now is not taken for what was begun before
            turn(session);
          }
        });
  }

  private void turn(KeyByKeySession session) {
    SimNode node = cluster.operator().any(random);
    Model model = random.pick(KeyByKeyTenants.models());
    Name name = key(model);
    switch (model) {
      case LINEARIZABLE -> session.registers().turn(node, name);
      case COUNTERS -> session.fields().count(node, name);
      case SETS -> session.fields().set(node, name);
      case MAPS -> session.fields().map(node, name);
      default -> session.siblings().turn(node, name);
    }
  }

  /** A key with room for more changes. */
  private Name key(Model model) {
    String tenant = KeyByKeyTenants.tenant(model);
    String place = KeyByKeyTenants.place(model, random) + random.nextInt(KEYS);
    while (true) {
      int generation = generations.getOrDefault(tenant + place, 0);
      Name name = new Name(tenant, "%s.%d".formatted(place, generation));
      if (checker.count(name) < KeyByKeyTenants.CHANGES_MAX) {
        return name;
      }
      generations.merge(tenant + place, 1, Integer::sum);
    }
  }
}
