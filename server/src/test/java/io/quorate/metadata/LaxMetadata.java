package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.runtime.Randomness;
import io.quorate.storage.RaftStore;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Metadata groups that lack a rule, for tests that must notice it. */
public enum LaxMetadata {
  /** Whatever any node proposes gets into the log, and is folded in. */
  PROPOSED_BY_ANYBODY,
  /** A request of an operator is folded in as often as it comes. */
  REQUEST_FOLDED_AGAIN,
  /** A leader's snapshot is taken over before its state was read. */
  SNAPSHOT_UNREAD;

  public static MetadataGroup create(
      Set<LaxMetadata> lacks,
      NodeStarted thisStart,
      RaftStore.Image image,
      MetadataConfig config,
      Lane lane,
      Clock clock,
      Randomness chance,
      Network<byte[]> network,
      RaftStore store,
      MetadataListener listener) {
    return new MetadataGroup(
        thisStart,
        image,
        config,
        lane,
        clock,
        chance,
        network,
        store,
        listener,
        rules(lacks),
        lacks.contains(SNAPSHOT_UNREAD) ? new NoReader() : new SnapshotReader());
  }

  private static ProposalRules rules(Set<LaxMetadata> lacks) {
    if (lacks.contains(PROPOSED_BY_ANYBODY)) {
      return new NoRules();
    }
    return lacks.contains(REQUEST_FOLDED_AGAIN) ? new NoMemory() : ProposalRules.ALL;
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
