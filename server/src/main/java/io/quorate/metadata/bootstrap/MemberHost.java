package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import org.jspecify.annotations.Nullable;

/** What a member says to those who introduce themselves. */
record MemberHost(ClusterId cluster, String address, Roster roster) {

  /** Why the asker cannot be part of this cluster; null if it can. */
  @Nullable String refusalOf(Introduction asker) {
    ClusterId theirs = asker.cluster();
    if (theirs != null && !theirs.equals(cluster)) {
      return Refusals.foreign(asker.node(), theirs, cluster, address);
    }
    ClusterState state = roster.state();
    if (state.members().containsKey(asker.node())) {
      return null;
    }
    if (theirs != null) {
      return "node %s has data of cluster %s but is no member of it any more, says the node at %s"
          .formatted(asker.node(), cluster, address);
    }
    for (Member member : state.members().values()) {
      if (member.address().equals(asker.address())) {
        return Refusals.lostDisk(asker, member, cluster);
      }
    }
    return Refusals.stranger(asker, cluster, address);
  }

  /** What a founding node needs that has nothing yet; null for anybody else. */
  byte @Nullable [] genesisFor(Introduction asker) {
    boolean needsIt = asker.cluster() == null && roster.state().members().containsKey(asker.node());
    return needsIt ? new Handover(roster.snapshot()).encode() : null;
  }
}
