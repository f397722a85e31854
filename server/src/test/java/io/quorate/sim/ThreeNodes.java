package io.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.CoordinatorConfig;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.FixedPlacements;
import io.quorate.sim.cluster.ReplicationProgram;
import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRule.Sent;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Three nodes that hold all keys, for schedules that say message by message what happens. */
final class ThreeNodes {
  static final int A = 0;
  static final int B = 1;
  static final int C = 2;

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final SimWorld world = SimWorld.of(1);
  private final SimCluster cluster;

  ThreeNodes(Sabotage sabotage) {
    Placements placements = FixedPlacements.of(3, 3);
    cluster =
        new SimCluster(
            world,
            3,
            Objects.requireNonNull(placements.tenant(Tenant.DEFAULT_NAME)),
            ReplicationProgram.factory(placements, CoordinatorConfig.DEFAULT),
            sabotage);
    cluster.startAll();
    pass(1_000);
  }

  SimWorld world() {
    return world;
  }

  SimCluster cluster() {
    return cluster;
  }

  SimNode node(int index) {
    return cluster.node(index);
  }

  static NodeId id(int index) {
    return ReplicationProgram.idOf(index);
  }

  void pass(long millis) {
    world.runFor(Duration.ofMillis(millis));
  }

  Call put(int node, String key, Level level) {
    return cluster.put(node, key, 10, level, Ask.within(TIMEOUT));
  }

  Call get(int node, String key, Level level) {
    return cluster.get(node, key, level, Ask.within(TIMEOUT));
  }

  /** Reads all keys at a node, and waits until that has ended. */
  void scan(int node) {
    var ended = new AtomicBoolean();
    cluster.scan(node, "", Level.QUORUM, 10, new Ask(TIMEOUT, () -> ended.set(true)));
    assertThat(world.runUntil(ended::get, TIMEOUT.multipliedBy(20))).as("ended").isTrue();
  }

  void await(Call call) {
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).as("ended").isTrue();
  }

  /** Waits for a write and gives the version that it was acknowledged as. */
  Version written(Call call) {
    await(call);
    assertThat(call.outcome()).isInstanceOf(Outcome.Written.class);
    return ((Outcome.Written) Objects.requireNonNull(call.outcome())).version();
  }

  /** Waits for a read and gives what it returned. */
  Outcome.Read read(Call call) {
    await(call);
    assertThat(call.outcome()).isInstanceOf(Outcome.Read.class);
    return (Outcome.Read) Objects.requireNonNull(call.outcome());
  }

  /** The version that a node holds on disk under a key. */
  Version onDisk(int node, String key) {
    return Objects.requireNonNull(cluster.durable(node, key, FixedPlacements.PARTITIONS)).version();
  }

  /** From now on takes messages off the network, and keeps them. */
  Basket take(Predicate<Sent<ReplicaMessage>> which) {
    var basket = new Basket(which);
    cluster.network().addRule(ReplicaMessage.class, basket::onSend);
    return basket;
  }

  /** Messages taken off the network. */
  static final class Basket {
    private final Predicate<Sent<ReplicaMessage>> which;
    private final List<Sent<ReplicaMessage>> taken = new ArrayList<>();
    private boolean closed;

    Basket(Predicate<Sent<ReplicaMessage>> which) {
      this.which = which;
    }

    private @Nullable ReplicaMessage onSend(Sent<ReplicaMessage> sent) {
      if (closed || !which.test(sent)) {
        return sent.message();
      }
      taken.add(sent);
      return null;
    }

    /** Lets the messages taken so far go on their way. */
    void release() {
      List<Sent<ReplicaMessage>> all = List.copyOf(taken);
      taken.clear();
      all.forEach(Sent::release);
    }

    /** Takes no more. */
    void close() {
      closed = true;
    }
  }
}
