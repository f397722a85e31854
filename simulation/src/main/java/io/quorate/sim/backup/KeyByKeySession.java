package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.Key;
import io.quorate.model.RequestId;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChange;
import io.quorate.sim.check.KeyByKeyChecker;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Hlc;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client of tenants of other models: it names its requests, and stamps them. */
final class KeyByKeySession {
  private final long id;
  private final SimWorld world;
  private final SessionCalls calls;
  private final KeyByKeyChecker checker;
  private final SimRandom random;
  private final Consumer<KeyByKeySession> next;
  private final FieldWork fields = new FieldWork(this);
  private final RegisterWork registers = new RegisterWork(this);
  private final SiblingWork siblings;
  private long stamped;
  private long requests;

  /**
   * @param puts to keys with siblings, by all sessions
   * @param next run when an answer has come, or is not awaited any more
   */
  KeyByKeySession(
      long id,
      SimWorld world,
      SessionCalls calls,
      KeyByKeyChecker checker,
      SiblingPuts puts,
      SimRandom random,
      Consumer<KeyByKeySession> next) {
    this.id = id;
    this.world = world;
    this.calls = calls;
    this.checker = checker;
    this.random = random;
    this.next = next;
    this.siblings = new SiblingWork(this, puts);
  }

  FieldWork fields() {
    return fields;
  }

  RegisterWork registers() {
    return registers;
  }

  SiblingWork siblings() {
    return siblings;
  }

  KeyByKeyChecker checker() {
    return checker;
  }

  SimRandom random() {
    return random;
  }

  long nowNanos() {
    return world.nowNanos();
  }

  /** By a clock that is right. */
  long nowMillis() {
    return SimClock.EPOCH_MILLIS + world.nowNanos() / 1_000_000;
  }

  /** Asks a node; what the session does next comes when it has heard, or has given up. */
  void ask(SimNode node, Operation operation, Consumer<Outcome> answer) {
    calls.submit(node, operation, answer, () -> next.accept(this));
  }

  /** Sends a write, whose change is acknowledged if that is. */
  void write(SimNode node, Operation operation, KeyByKeyChange change) {
    ask(
        node,
        operation,
        outcome -> {
          if (outcome instanceof Outcome.Written) {
            checker.acknowledged(change, world.nowNanos());
          }
        });
  }

  RequestId nextRequest() {
    return new RequestId(nextStamp(), id, ++requests);
  }

  long nextStamp() {
    stamped = Hlc.later(stamped + 1, Hlc.of(nowMillis(), 0));
    return stamped;
  }

  /**
   * Returns what is given to a write to be known by.
   *
   * @param expiresAtMillis 0: never
   */
  WriteStamp stamp(SimNode node, Name name, long expiresAtMillis) {
    @Nullable Placements known = node.placements();
    @Nullable Tenant tenant = known == null ? null : known.tenant(name.tenant());
    long epoch = 0;
    if (known != null && tenant != null) {
      Key key = new Key(tenant.id(), name.key().getBytes(UTF_8));
      epoch = known.epoch(key.partition(SimCluster.PARTITIONS));
    }
    return new WriteStamp(nextStamp(), epoch, expiresAtMillis, true);
  }
}
