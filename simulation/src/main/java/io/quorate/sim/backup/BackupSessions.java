package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.BackupChecker;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.BackupChecker.Session;
import io.quorate.sim.check.BackupWrite;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Version;
import java.util.List;

/** Sessions that read and write keys of tenants that are backed up, each of them all tenants. */
final class BackupSessions {
  private static final int KEPT_KEYS = 8;

  /** Of those that are deleted now and then, and whose values may expire. */
  private static final int PASSING_KEYS = 4;

  private static final List<Long> TTL_MILLIS = List.of(30L, 300L, 2_000L);

  private final SimWorld world;
  private final SimCluster cluster;
  private final BackupChecker checker;
  private final SessionCalls calls;
  private final List<String> tenants;
  private final SimRandom random;
  private final long thinkNanos;
  private boolean stopped;
  private int working;

  /**
   * @param look run before an answer is heard
   */
  BackupSessions(
      SimCluster cluster,
      BackupChecker checker,
      List<String> tenants,
      Runnable look,
      SimRandom random) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.checker = checker;
    this.calls = new SessionCalls(cluster, look);
    this.tenants = tenants;
    this.random = random;
    this.thinkNanos = random.pick(List.of(4_000_000L, 4_000_000L, 30_000_000L));
  }

  void start(int sessions) {
    for (int i = 0; i < sessions; i++) {
      working++;
      next(new Session());
    }
  }

  /** Sessions end what they are at, and begin nothing more. */
  void stop() {
    stopped = true;
  }

  boolean isDone() {
    return working == 0;
  }

  private void next(Session session) {
    world.schedule(
        random.exponential(thinkNanos) + 1,
        "session",
        () -> {
          if (stopped) {
            working--;
          } else {
            turn(session);
          }
        });
  }

  private void turn(Session session) {
    SimNode node = cluster.operator().any(random);
    String tenant = random.pick(tenants);
    int key = random.nextInt(KEPT_KEYS + PASSING_KEYS);
    boolean passing = key >= KEPT_KEYS;
    Name name = new Name(tenant, (passing ? "passing" : "kept") + key);
    if (random.chance(0.35)) {
      read(session, node, name);
    } else if (passing && random.chance(0.3)) {
      write(session, node, checker.deletes(session, name), 0, true);
    } else {
      long ttlMillis = passing && random.chance(0.5) ? random.pick(TTL_MILLIS) : 0;
      BackupWrite write =
          ttlMillis == 0
              ? checker.puts(session, name)
              : checker.puts(
                  session, name, SimClock.EPOCH_MILLIS + world.nowNanos() / 1_000_000 + ttlMillis);
      write(session, node, write, ttlMillis, false);
    }
  }

  private void read(Session session, SimNode node, Name name) {
    calls.submit(
        node,
        new Operation.Get(name.tenant(), name.key().getBytes(UTF_8), Level.QUORUM),
        outcome -> {
          if (outcome instanceof Outcome.Read read && read.live() != null) {
            Version version = read.live().version();
            String value = new String(read.live().copyValue(), UTF_8);
            checker.read(session, name, version, value, world.nowNanos());
          }
        },
        () -> next(session));
  }

  private void write(
      Session session, SimNode node, BackupWrite write, long ttlMillis, boolean deletes) {
    String tenant = write.name().tenant();
    byte[] key = write.name().key().getBytes(UTF_8);
    long above = session.aboveHlc();
    Operation operation =
        deletes
            ? new Operation.Delete(tenant, key, Level.QUORUM, RequestId.NONE, null, above)
            : new Operation.Put(
                tenant,
                key,
                write.value().getBytes(UTF_8),
                Level.QUORUM,
                ttlMillis,
                RequestId.NONE,
                null,
                above);
    calls.submit(
        node,
        operation,
        outcome -> {
          if (outcome instanceof Outcome.Written written) {
            checker.acknowledged(session, write, written.version(), world.nowNanos());
          }
        },
        () -> next(session));
  }
}
