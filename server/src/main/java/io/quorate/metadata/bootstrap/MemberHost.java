package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.runtime.Clock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a member answers to nodes that introduce themselves.
 *
 * @param marks of the disks of members, as they were heard
 * @param newcomers null until the member's metadata group runs
 */
record MemberHost(
    ClusterId cluster,
    String address,
    Roster roster,
    HeardDiskMarks marks,
    @Nullable Newcomers newcomers) {

  /** Nodes that have no cluster yet, by what is to become of them. */
  record Newcomers(Replacements replacements, Joins joins) {
    Newcomers(Proposer proposer, Clock clock) {
      this(new Replacements(proposer), new Joins(proposer, clock));
    }
  }

  /** Why the asker cannot be part of this cluster; null if it can. */
  @Nullable Refusal refusalOf(Introduction asker) {
    String malformed = asker.refusal();
    if (malformed != null) {
      return new Refusal(
          Refusal.Kind.CONFIGURATION, Refusals.malformed(asker.node(), cluster, malformed));
    }
    ClusterId theirs = asker.cluster();
    if (theirs != null && !theirs.equals(cluster)) {
      return new Refusal(
          Refusal.Kind.DATA, Refusals.foreign(asker.node(), theirs, cluster, address));
    }
    ClusterState state = roster.state();
    if (!asker.release().worksAt(state.clusterVersion())) {
      return new Refusal(
          Refusal.Kind.RELEASE,
          Refusals.releaseDoesNotFit(
              asker.node(), asker.release(), cluster, state.clusterVersion()));
    }
    if (state.members().containsKey(asker.node())) {
      return marks.isSetBack(asker.node(), asker.diskMark())
          ? new Refusal(
              Refusal.Kind.SET_BACK,
              Refusals.setBack(asker.node(), asker.diskMark(), address, marks.of(asker.node())))
          : null;
    }
    if (theirs != null) {
      // One that knows more may have become a member since: the cluster decides when it announces
      // itself.
      return asker.stateVersion() > state.stateVersion()
          ? null
          : new Refusal(Refusal.Kind.LEFT, Refusals.left(asker.node(), cluster));
    }
    if (state.departed().contains(asker.node())) {
      // It was a member without knowing: removed before it heard that it was taken in.
      return new Refusal(Refusal.Kind.LEFT, Refusals.left(asker.node(), cluster));
    }
    if (memberAt(asker.address()) != null) {
      return null;
    }
    if (asker.joining() == Joining.NO) {
      return new Refusal(Refusal.Kind.CONFIGURATION, Refusals.stranger(asker, cluster, address));
    }
    return newcomers == null ? null : newcomers.joins().refusalOf(asker, state);
  }

  /**
   * Returns whether the asker wants to become a member, and not to take the place of one, nor is
   * one that has yet to hear of it.
   */
  private boolean asksToJoin(Introduction asker) {
    return asker.joining() != Joining.NO
        && asker.cluster() == null
        && !roster.state().members().containsKey(asker.node())
        && memberAt(asker.address()) == null;
  }

  /**
   * Returns why an asker that wants to join is not taken in, as a sentence for operators of the
   * cluster: it has to show a join token, and shows none that is good. Null for any other.
   *
   * @param nowMillis since 1970
   */
  @Nullable String lackOfToken(
      Introduction asker,
      JoinTokenDemand demand,
      Predicate<String> isCertifiedFor,
      long nowMillis) {
    return asksToJoin(asker)
        ? new JoinTokenCheck(demand, roster.state(), nowMillis).refusalOf(asker, isCertifiedFor)
        : null;
  }

  /** What the asker, which could be part of this cluster, waits for; null if for nothing. */
  @Nullable String waitOf(Introduction asker) {
    if (asker.cluster() != null || roster.state().members().containsKey(asker.node())) {
      return null;
    }
    String clash = clash(asker);
    if (clash != null) {
      return clash;
    }
    Member lost = memberAt(asker.address());
    if (lost == null) {
      return newcomers == null
          ? Refusals.beingTakenIn(asker, cluster)
          : newcomers.joins().waitingFor(asker, roster.state());
    }
    boolean isRemoved =
        lost.state() == Member.State.LEAVING
            && roster.state().clusterVersion() >= Member.SPARES_READMITTED_FROM_VERSION;
    if (isRemoved) {
      return Refusals.beingRemoved(asker, lost, cluster);
    }
    return newcomers == null
        ? Refusals.lostDisk(asker, lost, cluster)
        : newcomers.replacements().waitingFor(asker, lost, cluster);
  }

  /**
   * Says that clients would look for the asker where a member is, or the other way round: as a
   * member, it could not announce where it is. It waits, since that member may have gone, as others
   * may know already. The one whose place it takes may have its addresses.
   */
  private @Nullable String clash(Introduction asker) {
    for (Member member : roster.state().members().values()) {
      String shared =
          member.address().equals(asker.address())
              ? null
              : asker.sharedForClients(member.address(), member.clientAddress());
      if (shared != null) {
        return Refusals.sharedAddress(asker, shared, member.id(), member.address());
      }
    }
    return null;
  }

  private @Nullable Member memberAt(String where) {
    for (Member member : roster.state().members().values()) {
      if (member.address().equals(where)) {
        return member;
      }
    }
    return null;
  }

  /** What a member needs that has nothing yet; null for any other node. */
  byte @Nullable [] genesisFor(Introduction asker) {
    boolean needsIt = asker.cluster() == null && roster.state().members().containsKey(asker.node());
    return needsIt ? new Handover(roster.snapshot()).encode() : null;
  }
}
