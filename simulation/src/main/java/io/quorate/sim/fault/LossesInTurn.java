package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Of three replicas, the first is down; the second loses its disk for good and is readmitted; as
 * soon as it is to be filled, the third dies, which alone has all writes, and the first is back.
 * Never more than one disk is lost, so nothing acknowledged is lost; but if the second counts
 * before it is full, it makes a majority with the first, and this majority lacks writes that both
 * have missed.
 *
 * @param everyMillis between two such turns, on average
 * @param awayMillis for how long the first has been away when the second loses its disk, at most
 */
record LossesInTurn(int everyMillis, int awayMillis) implements Fault {
  private static final long MILLIS = 1_000_000;
  private static final int REPLICAS = 3;

  /** How often it is looked whether the second is to be filled, and how often at most. */
  private static final long LOOK_NANOS = MILLIS;

  private static final int LOOKS_MAX = 3_000;

  static Fault draw(SimRandom random) {
    return new LossesInTurn(random.pick(List.of(200, 800)), random.pick(List.of(100, 1_000)));
  }

  /** The three nodes of one turn. */
  private record Trio(SimNode away, SimNode unlucky, SimNode last) {}

  @Override
  public boolean losesDisks() {
    return true;
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach));
  }

  private void strike(Reach reach) {
    List<SimNode> replicas = replicas(reach);
    if (replicas.size() < REPLICAS || !isSound(reach)) {
      return;
    }
    var trio = new Trio(replicas.get(0), replicas.get(1), replicas.get(2));
    trio.away.crash();
    reach.later(reach.random().between(1, awayMillis) * MILLIS, () -> loseDisk(reach, trio));
  }

  /**
   * Returns the replicas of a partition that is not empty, in any order; fewer if not all are up.
   */
  private static List<SimNode> replicas(Reach reach) {
    SimNode asked = reach.anyNode();
    Placements known = asked.placements();
    List<Integer> inUse = new ArrayList<>();
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      if (!asked.disk().durableRecords(partition).isEmpty()) {
        inUse.add(partition);
      }
    }
    if (known == null || inUse.isEmpty()) {
      return List.of();
    }
    List<NodeId> owners = known.partitions().get(reach.random().pick(inUse)).preferenceList();
    List<SimNode> replicas = new ArrayList<>();
    for (SimNode node : reach.cluster().present()) {
      if (node.isUp()
          && owners.subList(0, Math.min(REPLICAS, owners.size())).contains(node.knownId())) {
        replicas.add(reach.random().nextInt(replicas.size() + 1), node);
      }
    }
    return replicas;
  }

  /** Whether no other disk is lost, or was and its replica is not full yet. */
  private static boolean isSound(Reach reach) {
    return reach.cluster().present().stream()
        .noneMatch(node -> reach.cluster().mayLack(node) || !node.hasJoined());
  }

  private void loseDisk(Reach reach, Trio trio) {
    if (!isSound(reach) || !reach.keepsVotersWithout(trio.unlucky)) {
      return;
    }
    reach.struck();
    trio.unlucky.loseDisk(true);
    trio.unlucky.start();
    reach.cluster().operator().readmit(trio.unlucky);
    keepBehind(reach, trio);
    start(trio.away);
    awaitFilling(reach, trio, LOOKS_MAX);
  }

  /** The first node gets only heartbeats from the third, and no record that it has missed. */
  private static void keepBehind(Reach reach, Trio trio) {
    NodeId away = trio.away.knownId();
    NodeId last = trio.last.knownId();
    int life = trio.last.trouble().lives();
    reach
        .network()
        .addRule(
            ReplicaMessage.class,
            sent -> {
              boolean held =
                  sent.from().equals(last)
                      && sent.to().equals(away)
                      && trio.last.trouble().lives() == life
                      && !reach.isOver();
              return held && !(sent.message() instanceof Heartbeat) ? null : sent.message();
            });
  }

  private static void awaitFilling(Reach reach, Trio trio, int looksLeft) {
    if (looksLeft > 0 && !isToBeFilled(trio.unlucky)) {
      reach.later(LOOK_NANOS, () -> awaitFilling(reach, trio, looksLeft - 1));
      return;
    }
    if (isToBeFilled(trio.unlucky)) {
      reach.cluster().windows().enter("last full replica lost while another is filled");
      trio.last.crash();
      reach.later(reach.random().between(500, 2_000) * MILLIS, () -> start(trio.last));
    }
  }

  private static boolean isToBeFilled(SimNode node) {
    Placements known = node.placements();
    return known != null
        && known.partitions().stream()
            .anyMatch(each -> each.filling().contains(Objects.requireNonNull(node.id())));
  }

  private static void start(SimNode node) {
    if (!node.isUp()) {
      node.start();
    }
  }
}
