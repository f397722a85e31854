package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.CloseForRestore;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Tenant;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.runtime.Randomness;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Metadata groups that lack a rule, for tests that must notice it. */
public enum LaxMetadata {
  /** Appends and applies every proposal of any node. */
  PROPOSED_BY_ANYBODY,
  /** A request of an operator is folded in as often as it comes. */
  REQUEST_FOLDED_AGAIN,
  /** A leader's snapshot is taken over before its state was read. */
  SNAPSHOT_UNREAD,
  /** A node writes the log at its own release's version, though others may not read that. */
  WRITTEN_TOO_EARLY,
  /** The cluster's version is raised though some members run a release that does not work at it. */
  RAISED_WHILE_ONE_LAGS,
  /** A tenant is closed for a restore, and its partitions keep their epochs. */
  CLOSED_UNDER_THE_OLD_EPOCHS,
  /** A tenant that was found empty is restored into under the id that it had. */
  TAKEN_UNDER_ITS_ID,
  /** A restore that is given up leaves what it has stored. */
  GIVEN_UP_UNDER_ITS_ID,
  /** A restore opens the tenant, whichever restore goes on in it by now. */
  FINISHED_BY_ANOTHER_RESTORE;

  public static MetadataGroup create(
      Set<LaxMetadata> lacks,
      NodeStarted thisStart,
      StoredGroup stored,
      MetadataConfig config,
      LaneTime time,
      Randomness chance,
      Network<byte[]> network,
      MetadataListener listener) {
    return new MetadataGroup(
        thisStart,
        stored,
        config,
        time,
        chance,
        network,
        listener,
        new GroupRules(
            rules(lacks, thisStart.release()),
            lacks.contains(SNAPSHOT_UNREAD) ? new NoReader() : new SnapshotReader()));
  }

  private static ProposalRules rules(Set<LaxMetadata> lacks, Release release) {
    if (lacks.contains(PROPOSED_BY_ANYBODY)) {
      return new NoRules();
    }
    if (lacks.contains(WRITTEN_TOO_EARLY)) {
      return new WritesTooEarly(release);
    }
    if (lacks.contains(RAISED_WHILE_ONE_LAGS)) {
      return new RaisesTooEarly();
    }
    for (LaxMetadata each : lacks) {
      if (each.ofRestores()) {
        return new RestoresCarelessly(each);
      }
    }
    return lacks.contains(REQUEST_FOLDED_AGAIN) ? new NoMemory() : ProposalRules.ALL;
  }

  private boolean ofRestores() {
    return this == CLOSED_UNDER_THE_OLD_EPOCHS
        || this == TAKEN_UNDER_ITS_ID
        || this == GIVEN_UP_UNDER_ITS_ID
        || this == FINISHED_BY_ANOTHER_RESTORE;
  }

  private static final class RestoresCarelessly extends ProposalRules {
    private final LaxMetadata lacks;

    RestoresCarelessly(LaxMetadata lacks) {
      this.lacks = lacks;
    }

    @Override
    Decision decide(Command command, ClusterState state, long index) {
      Decision decision = super.decide(asked(command, state), state, index);
      if (!(decision instanceof Decision.Accepted(ClusterState next, var warnings))) {
        return decision;
      }
      return switch (command) {
        case CloseForRestore close when lacks == CLOSED_UNDER_THE_OLD_EPOCHS ->
            new Decision.Accepted(with(next, next.tenants(), state), warnings);
        case TakeForRestore(String name, var hlc, var lookedAt) when lacks == TAKEN_UNDER_ITS_ID ->
            new Decision.Accepted(with(next, underItsId(name, state, next), state), warnings);
        case GiveUpRestore(String name, var hlc) when lacks == GIVEN_UP_UNDER_ITS_ID ->
            new Decision.Accepted(with(next, underItsId(name, state, next), state), warnings);
        default -> decision;
      };
    }

    private Command asked(Command command, ClusterState state) {
      if (command instanceof FinishRestore(String name, int id, var factor, var settings)
          && lacks == FINISHED_BY_ANOTHER_RESTORE) {
        Tenant known = state.tenants().get(name);
        return new FinishRestore(name, known == null ? id : known.id(), factor, settings);
      }
      return command;
    }

    private static SortedMap<String, Tenant> underItsId(
        String name, ClusterState state, ClusterState next) {
      SortedMap<String, Tenant> tenants = new TreeMap<>(next.tenants());
      Tenant before = state.tenants().get(name);
      if (before != null) {
        tenants.computeIfPresent(name, (same, tenant) -> tenant.withId(before.id()));
      }
      return tenants;
    }

    /** Returns a state with the ids that were given, and the partitions, of the one before. */
    private static ClusterState with(
        ClusterState next, SortedMap<String, Tenant> tenants, ClusterState before) {
      return new ClusterState(
          next.clusterId(),
          next.clusterVersion(),
          next.stateVersion(),
          next.members(),
          tenants,
          before.tenantIds(),
          before.partitions(),
          next.change(),
          next.recoveries(),
          next.losses(),
          next.departed(),
          next.locks(),
          next.access(),
          next.joinTokens(),
          next.cut());
    }
  }

  private static final class WritesTooEarly extends ProposalRules {
    private final Release release;

    WritesTooEarly(Release release) {
      this.release = release;
    }

    @Override
    int writesAt(ClusterState applied) {
      return release.newest();
    }
  }

  private static final class RaisesTooEarly extends ProposalRules {
    @Override
    Decision decide(Command command, ClusterState state, long index) {
      return command instanceof RaiseClusterVersion(int version)
          ? state.apply(command, index) instanceof Decision.Accepted accepted
              ? accepted
              : believing(state, version).apply(command, index)
          : state.apply(command, index);
    }

    /** Returns the state as if all members had reported that they work at a version. */
    private static ClusterState believing(ClusterState state, int version) {
      SortedMap<NodeId, Member> members = new TreeMap<>();
      for (Member each : state.members().values()) {
        Release release = each.release();
        members.put(
            each.id(),
            new Member(
                each.id(),
                each.address(),
                each.region(),
                each.zone(),
                each.weight(),
                each.incarnation(),
                new Release(release.name(), release.oldest(), Math.max(version, release.newest())),
                each.state(),
                each.down(),
                each.name(),
                each.clientAddress()));
      }
      return new ClusterState(
          state.clusterId(),
          state.clusterVersion(),
          state.stateVersion(),
          members,
          state.tenants(),
          state.tenantIds(),
          state.partitions(),
          state.change(),
          state.recoveries(),
          state.losses(),
          state.departed());
    }
  }

  private static final class NoMemory extends ProposalRules {
    @Override
    @Nullable Decided earlier(NumberedCommand numbered, RememberedRequests requests) {
      return null;
    }
  }

  private static final class NoRules extends ProposalRules {
    @Override
    @Nullable ProposalRefused refusalOf(NodeId from, NumberedCommand command, ClusterState state) {
      return null;
    }

    @Override
    @Nullable String refusalOf(NumberedCommand command, ClusterState state) {
      return null;
    }
  }

  private static final class NoReader extends SnapshotReader {
    @Override
    @Nullable String refusalOf(Snapshot snapshot, ClusterState known, Release release) {
      return null;
    }
  }
}
