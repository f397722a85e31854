package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import org.jspecify.annotations.Nullable;

/** What a member says to those who introduce themselves. */
record MemberHost(
    ClusterId cluster, String address, Roster roster, @Nullable Replacements replacements) {

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
      if (asker.stateVersion() > state.stateVersion()) {
        return null; // it may have become a member since: the cluster decides when it announces
        // itself
      }
      return "node %s has data of cluster %s but is no member of it any more, says the node at %s"
          .formatted(asker.node(), cluster, address);
    }
    return memberAt(asker.address()) == null ? Refusals.stranger(asker, cluster, address) : null;
  }

  /** What the asker, which could be part of this cluster, waits for; null if for nothing. */
  @Nullable String waitOf(Introduction asker) {
    if (asker.cluster() != null || roster.state().members().containsKey(asker.node())) {
      return null;
    }
    Member lost = memberAt(asker.address());
    if (lost == null) {
      return null;
    }
    return replacements == null
        ? Refusals.lostDisk(asker, lost, cluster)
        : replacements.waitingFor(asker, lost, cluster);
  }

  private @Nullable Member memberAt(String where) {
    for (Member member : roster.state().members().values()) {
      if (member.address().equals(where)) {
        return member;
      }
    }
    return null;
  }

  /** What a founding node needs that has nothing yet; null for anybody else. */
  byte @Nullable [] genesisFor(Introduction asker) {
    boolean needsIt = asker.cluster() == null && roster.state().members().containsKey(asker.node());
    return needsIt ? new Handover(roster.snapshot()).encode() : null;
  }
}
