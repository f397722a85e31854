package io.quorate.transport.client;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.GroupRecovery;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A cluster's state that changes in every way in which a placement can. */
final class ChangingClusterState {
  static final int NODES_AT_FIRST = 4;

  private final Random random;
  private ClusterState state;
  private int nextNode = 1;

  ChangingClusterState(Random random, int partitions) {
    this(random, partitions, new ClusterId(0xC1));
  }

  ChangingClusterState(Random random, int partitions, ClusterId cluster) {
    this.random = random;
    TreeMap<NodeId, Member> members = new TreeMap<>();
    for (int i = 0; i < NODES_AT_FIRST; i++) {
      Member member = newMember();
      members.put(member.id(), member);
    }
    TreeMap<String, Tenant> tenants = new TreeMap<>();
    tenants.put("default", tenant(1, "default", 0));
    List<PartitionPlacement> lists = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      lists.add(new PartitionPlacement(1, list(members.keySet())));
    }
    state = new ClusterState(cluster, Releases.THIS.newest(), 5, members, tenants, 2, lists);
  }

  ClusterState now() {
    return state;
  }

  /** Makes a random change. */
  ClusterState change() {
    int partition = random.nextInt(state.partitions().size());
    return switch (random.nextInt(9)) {
      case 0 -> join();
      case 1 -> leave();
      case 2 -> restartElsewhere();
      case 3, 4 -> list(partition);
      case 5 -> epoch(partition);
      case 6 -> cutOver(partition);
      case 7 -> tenant();
      default -> somethingElse();
    };
  }

  ClusterState join() {
    TreeMap<NodeId, Member> members = new TreeMap<>(state.members());
    Member member = newMember();
    members.put(member.id(), member);
    return next(members, state.tenants(), state.partitions());
  }

  /** A node goes that no list names, if there is one. */
  ClusterState leave() {
    TreeMap<NodeId, Member> members = new TreeMap<>(state.members());
    TreeSet<NodeId> named = new TreeSet<>();
    state.partitions().forEach(partition -> named.addAll(partition.owners()));
    for (NodeId node : state.members().keySet()) {
      if (!named.contains(node) && members.size() > NODES_AT_FIRST) {
        members.remove(node);
        break;
      }
    }
    return next(members, state.tenants(), state.partitions());
  }

  ClusterState restartElsewhere() {
    TreeMap<NodeId, Member> members = new TreeMap<>(state.members());
    List<NodeId> ids = List.copyOf(members.keySet());
    Member old = Objects.requireNonNull(members.get(ids.get(random.nextInt(ids.size()))));
    members.put(
        old.id(), member(old.id(), "host-" + state.stateVersion() + ":1", old.incarnation() + 1));
    return next(members, state.tenants(), state.partitions());
  }

  /** A node is called otherwise, and all else is as before. */
  ClusterState rename(String name) {
    TreeMap<NodeId, Member> members = new TreeMap<>(state.members());
    Member old = Objects.requireNonNull(members.firstEntry()).getValue();
    members.put(
        old.id(),
        new Member(
            old.id(),
            old.address(),
            old.region(),
            old.zone(),
            old.weight(),
            old.incarnation(),
            old.release(),
            old.state(),
            old.down(),
            name));
    return next(members, state.tenants(), state.partitions());
  }

  ClusterState list(int partition) {
    PartitionPlacement old = state.partitions().get(partition);
    return with(partition, new PartitionPlacement(old.epoch() + 1, list(state.members().keySet())));
  }

  ClusterState epoch(int partition) {
    PartitionPlacement old = state.partitions().get(partition);
    return with(partition, old.filling(new TreeSet<>()));
  }

  /** Reads ask another list, though that of the partition is as it was. */
  ClusterState cutOver(int partition) {
    PartitionPlacement old = state.partitions().get(partition);
    Move move = new Move(Move.Step.CUTOVER, list(state.members().keySet()), old.epoch(), 0, false);
    return with(
        partition,
        new PartitionPlacement(
            old.epoch() + 1,
            old.preferenceList(),
            PurgeMarks.NONE,
            Collections.emptySortedSet(),
            move));
  }

  /** Adds, alters or removes a tenant. */
  ClusterState tenant() {
    TreeMap<String, Tenant> tenants = new TreeMap<>(state.tenants());
    String name = "tenant-" + random.nextInt(4);
    if (random.nextInt(3) == 0) {
      tenants.remove(name);
    } else {
      Tenant old = tenants.get(name);
      int id = old == null ? state.tenantIds().next() : old.id();
      tenants.put(name, tenant(id, name, state.stateVersion()));
    }
    return next(state.members(), tenants, state.partitions());
  }

  /**
   * Another history begins with the state that one survivor knew, under numbers above all others.
   */
  ClusterState recovered(ClusterState survived) {
    state =
        survived.recovered(
            new GroupRecovery(
                1, survived.members().firstKey(), 1, survived.stateVersion(), 0, "", List.of()),
            state.stateVersion() + 1_000);
    return state;
  }

  /** What no client needs to know. */
  ClusterState somethingElse() {
    return next(state.members(), state.tenants(), state.partitions());
  }

  private ClusterState with(int partition, PartitionPlacement placement) {
    List<PartitionPlacement> partitions = new ArrayList<>(state.partitions());
    partitions.set(partition, placement);
    return next(state.members(), state.tenants(), partitions);
  }

  private ClusterState next(
      SortedMap<NodeId, Member> members,
      SortedMap<String, Tenant> tenants,
      List<PartitionPlacement> partitions) {
    state =
        new ClusterState(
            state.clusterId(),
            state.clusterVersion(),
            state.stateVersion() + 1 + random.nextInt(3),
            members,
            tenants,
            state.tenantIds().next() + 1,
            partitions);
    return state;
  }

  private Member newMember() {
    NodeId id = new NodeId(random.nextLong());
    return member(id, "node-" + nextNode++ + ":1", 1);
  }

  private static Member member(NodeId id, String address, int incarnation) {
    return new Member(id, address, "r", "z", 1.0, incarnation, Releases.THIS, Member.State.ACTIVE);
  }

  private static Tenant tenant(int id, String name, long ttlMillis) {
    return new Tenant(id, name, 3, Level.QUORUM, Level.QUORUM, ttlMillis);
  }

  private List<NodeId> list(Collection<NodeId> members) {
    List<NodeId> ids = new ArrayList<>(members);
    Collections.shuffle(ids, random);
    return ids.subList(0, 3);
  }
}
