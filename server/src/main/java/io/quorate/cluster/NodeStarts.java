package io.quorate.cluster;

import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the cluster learns of a member when its process starts. */
final class NodeStarts {
  private NodeStarts() {}

  static Decision note(ClusterState state, NodeStarted started, long index) {
    SortedMap<NodeId, Member> members = state.members();
    Member member = members.get(started.id());
    if (member == null) {
      return new Rejected(
          ("node %s at %s is not a member of cluster %s: its data directory is new, or that of"
                  + " another cluster")
              .formatted(started.id(), started.address(), state.clusterId()));
    }
    if (!member.region().equals(started.region()) || !member.zone().equals(started.zone())) {
      return new Rejected(
          ("node %s stands in region '%s', zone '%s', and says that it started in region '%s', zone"
                  + " '%s': replicas are spread by where nodes stand, so a restart alone cannot"
                  + " change that. Correct its node.region and node.zone; or, if it was moved,"
                  + " tell the cluster first: 'quorate cluster move'")
              .formatted(
                  started.id(), member.region(), member.zone(), started.region(), started.zone()));
    }
    if (started.incarnation() < member.incarnation()) {
      return new Rejected(
          ("node %s started as incarnation %d, and the cluster has seen incarnation %d: either this"
                  + " is old news, or its data directory is an old copy")
              .formatted(started.id(), started.incarnation(), member.incarnation()));
    }
    Member next =
        member.started(
            state.clusterVersion() >= Member.NAMED_FROM_VERSION ? started : started.plain());
    if (next.equals(member)) {
      return new Accepted(state, List.of());
    }
    if (next.incarnation() == member.incarnation() && !next.isAlike(member)) {
      return new Rejected(
          "node %s: incarnation %d was announced before, with another address, weight or release"
              .formatted(started.id(), started.incarnation()));
    }
    for (Member other : members.values()) {
      String shared = other.id().equals(next.id()) ? null : next.addressSharedWith(other);
      if (shared != null) {
        return new Rejected(
            "node %s: address %s is that of node %s".formatted(next.id(), shared, other.id()));
      }
    }
    SortedMap<NodeId, Member> changed = new TreeMap<>(members);
    changed.put(next.id(), next);
    return new Accepted(state.next(index).members(changed).build(), List.of());
  }
}
