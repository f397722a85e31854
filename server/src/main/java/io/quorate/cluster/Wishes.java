package io.quorate.cluster;

import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.Member.State;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes are to be members, and which members are to have replicas. The driver plans
 * afterwards where these lie, see {@link Change}; only a node that takes the place of another one
 * takes its entries in the lists as well.
 */
final class Wishes {
  /** Members that have no partitions, as spares and those that have just joined. */
  static final int IDLE_MAX = 64;

  private Wishes() {}

  static Decision join(ClusterState state, Join join, long index) {
    if (state.members().containsKey(join.id())) {
      return new Accepted(state, List.of()); // a retry: it is a member
    }
    if (state.departed().contains(join.id())) {
      return new Rejected(
          ("node %s was a member and has left: what it holds is out of date. Let it join with an"
                  + " empty data directory")
              .formatted(join.id()));
    }
    for (Member other : state.members().values()) {
      if (other.address().equals(join.address()) || other.clientAddress().equals(join.address())) {
        return new Rejected(
            "node %s: address %s is that of node %s"
                .formatted(join.id(), join.address(), other.id()));
      }
    }
    String tooMany = tooMany(state);
    if (tooMany != null) {
      return new Rejected(tooMany);
    }
    Member member =
        new Member(
            join.id(),
            join.address(),
            join.region(),
            join.zone(),
            join.weight(),
            0,
            join.release(),
            join.spare() ? State.SPARE : State.JOINING);
    ClusterState next = with(state, member, index);
    if (join.token() != null) {
      // Last: a join that is refused for another reason takes no use of it.
      next = next.with(state.joinTokens().spent(join.token()), index);
    }
    return new Accepted(join.spare() ? next : wished(next, index), List.of());
  }

  /** Each member costs all others a connection and attempts to reach it, wherever it is. */
  private static @Nullable String tooMany(ClusterState state) {
    if (state.members().size() >= ClusterState.MEMBERS_MAX) {
      return "the cluster has %d nodes, which is the most it can have"
          .formatted(state.members().size());
    }
    Set<NodeId> owners = new HashSet<>(); // only looked up, never walked
    state.partitions().forEach(partition -> owners.addAll(partition.owners()));
    long idle = state.members().keySet().stream().filter(node -> !owners.contains(node)).count();
    return idle < IDLE_MAX
        ? null
        : ("%d nodes are members and have no partitions, which is the most there may be: add them"
                + " ('quorate cluster add'), or remove those that are not needed, first")
            .formatted(idle);
  }

  static Decision add(ClusterState state, NodeId node, long index) {
    Member member = state.members().get(node);
    if (member == null) {
      return stranger(state, node);
    }
    return switch (member.state()) {
      case SPARE, LEAVING -> {
        State next = owns(state, node) ? State.ACTIVE : State.JOINING;
        yield new Accepted(wished(with(state, member.in(next), index), index), List.of());
      }
      case JOINING, ACTIVE -> new Accepted(state, List.of());
      case READMITTING, READMITTING_DESPITE_LOSS ->
          new Rejected(
              ("node %s has lost its disk and is to be readmitted: start a node with an empty data"
                      + " directory at its address. It takes this one's place, and has partitions"
                      + " then")
                  .formatted(node));
      case READMITTING_SPARE ->
          new Rejected(
              ("node %s has lost its disk and is to be readmitted as a spare: start a node with an"
                      + " empty data directory at its address. It takes this one's place: add it"
                      + " then")
                  .formatted(node));
    };
  }

  static Decision remove(ClusterState state, NodeId node, long index) {
    Member member = state.members().get(node);
    if (member == null) {
      return stranger(state, node);
    }
    if (member.state() == State.LEAVING) {
      return new Accepted(state, List.of());
    }
    ClusterState next = with(state, member.in(State.LEAVING), index);
    String refusal = tooFew(next, node);
    if (refusal != null) {
      return new Rejected(refusal);
    }
    return new Accepted(wished(Moves.turnBackFrom(next, node, index), index), List.of());
  }

  private static @Nullable String tooFew(ClusterState without, NodeId node) {
    String lacking = without.needsToBe().lacking(without.ownersToBe());
    return lacking == null
        ? null
        : "without node %s %s: add a node first, or alter the tenant".formatted(node, lacking);
  }

  static Decision replace(ClusterState state, NodeId node, NodeId by, long index) {
    Member old = state.members().get(node);
    Member next = state.members().get(by);
    if (old == null) {
      return stranger(state, node);
    }
    if (next == null) {
      return stranger(state, by);
    }
    if (next.state() == State.READMITTING_SPARE) {
      return new Rejected(
          ("node %s has lost its disk and is to be readmitted as a spare: start a node with an"
                  + " empty data directory at its address. That one can take the place of node %s")
              .formatted(by, node));
    }
    if (next.state() != State.SPARE || owns(state, by)) {
      return new Rejected(
          ("node %s cannot take the place of node %s, for it has or is given partitions of its"
                  + " own: start a new node as a spare")
              .formatted(by, node));
    }
    if (!old.isToOwn()) {
      return new Rejected(
          "node %s is to have no partitions, so there is no place to take".formatted(node));
    }
    if (state.regions().isDivided() && !old.region().equals(next.region())) {
      return new Rejected(
          ("node %s stands in region '%s', and node %s in region '%s': tenants are replicated by"
                  + " region, so a node is replaced by one of its own region. Add node %s, and"
                  + " remove node %s")
              .formatted(by, next.region(), node, old.region(), by, node));
    }
    SortedMap<Integer, List<NodeId>> targets = new TreeMap<>(state.change().targets());
    for (int number = 0; number < state.partitions().size(); number++) {
      List<NodeId> list = targets.getOrDefault(number, state.partitions().get(number).goesTo());
      if (list.contains(node)) {
        targets.put(number, Change.replaced(list, node, by));
      }
    }
    ClusterState changed = with(state, old.in(State.LEAVING), index);
    changed = with(changed, next.in(State.JOINING), index);
    changed = Moves.turnBackFrom(changed, node, index);
    if (changed.change().needsPlan()) {
      changed = wished(changed, index); // a plan on its way does not know which node is replaced
    }
    return new Accepted(Moves.settled(Moves.going(changed, targets, index), index), List.of());
  }

  static Decision place(ClusterState state, NodeId node, String region, String zone, long index) {
    Member member = state.members().get(node);
    if (member == null) {
      return stranger(state, node);
    }
    Member next =
        member.standingIn(
            region.isEmpty() ? member.region() : region, zone.isEmpty() ? member.zone() : zone);
    if (next.equals(member)) {
      return new Accepted(state, List.of());
    }
    if (!next.region().equals(member.region())
        && state.regions().isDivided()
        && owns(state, node)) {
      return new Rejected(
          ("node %s has replicas in region '%s', and tenants are replicated by region: what it"
               + " holds cannot count for another one. Remove it, and let a new node join in region"
               + " '%s'")
              .formatted(node, member.region(), next.region()));
    }
    return new Accepted(wished(with(state, next, index), index), List.of());
  }

  static Decision mark(ClusterState state, NodeId node, boolean down, long index) {
    Member member = state.members().get(node);
    if (member == null) {
      return stranger(state, node);
    }
    return new Accepted(
        member.down() == down ? state : with(state, member.marked(down), index), List.of());
  }

  static Decision left(ClusterState state, NodeId node, long index) {
    Member member = state.members().get(node);
    if (member == null) {
      return new Accepted(state, List.of());
    }
    if (member.state() != State.LEAVING || owns(state, node)) {
      return new Rejected(
          "node %s is not to leave, or has not given away all that it has".formatted(node));
    }
    SortedMap<NodeId, Member> members = new TreeMap<>(state.members());
    members.remove(node);
    return new Accepted(state.with(members, state.partitions(), index), List.of());
  }

  /** Whether a node has anything, or is to have. */
  static boolean owns(ClusterState state, NodeId node) {
    for (PartitionPlacement partition : state.partitions()) {
      if (partition.owners().contains(node)) {
        return true;
      }
    }
    return state.change().targets().values().stream().anyMatch(list -> list.contains(node));
  }

  private static ClusterState wished(ClusterState state, long index) {
    return state.with(state.change().wished(index), index);
  }

  private static ClusterState with(ClusterState state, Member member, long index) {
    Invariant.hold(index >= state.stateVersion(), "state %d after %d", index, state.stateVersion());
    SortedMap<NodeId, Member> members = new TreeMap<>(state.members());
    members.put(member.id(), member);
    return state.with(members, state.partitions(), index);
  }

  private static Rejected stranger(ClusterState state, NodeId node) {
    return new Rejected(
        "node %s is not a member of cluster %s: see 'quorate cluster status' for those that are"
            .formatted(node, state.clusterId()));
  }
}
