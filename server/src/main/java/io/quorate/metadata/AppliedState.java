package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.RememberedRequests.Remembered;
import io.quorate.raft.Snapshot;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is applied of the log. It is ahead of what others were told, see {@link
 * Publication}.
 */
final class AppliedState {
  private final GroupRules rules;
  private final Consumer<MetadataEvent> events;
  private MetadataState state;

  /** The version of the cluster when listeners were last told whether it was raised. */
  private int toldVersion;

  AppliedState(MetadataState state, GroupRules rules, Consumer<MetadataEvent> events) {
    this.state = state;
    this.rules = rules;
    this.events = events;
    this.toldVersion = state.cluster().clusterVersion();
  }

  ClusterState cluster() {
    return state.cluster();
  }

  /** Returns what was decided about a command; null if it was not applied, or is forgotten. */
  @Nullable Decided decision(CommandId id) {
    return state.recent().decision(id);
  }

  @Nullable Remembered remembered(RequestKey request) {
    return state.requests().get(request);
  }

  /** The version at which this node writes what other nodes of the group are to read. */
  int writesAt() {
    return rules.proposals().writesAt(state.cluster());
  }

  /** Writes the content of a snapshot. */
  byte[] encode() {
    return state.encode();
  }

  /** Replaces the state by a snapshot that was found good. */
  void restore(Snapshot snapshot) {
    state = rules.snapshots().take(snapshot);
    tellIfRaised();
  }

  /** Tells if a command that is about to be applied is not the first of its kind. */
  void tellIfRepeated(NumberedCommand command) {
    if (decision(command.id()) != null) {
      events.accept(MetadataEvent.COMMAND_CAME_TWICE);
    } else if (rules.proposals().earlier(command, state.requests()) != null) {
      events.accept(MetadataEvent.REQUEST_CAME_AGAIN);
    }
  }

  /**
   * Folds a command in.
   *
   * @throws RuntimeException if that cannot be done; the state is then as it was
   */
  Decided apply(NumberedCommand command, long index) {
    return state.apply(command, index, rules.proposals());
  }

  /** Tells if the version of the cluster was raised since this was last called. */
  void tellIfRaised() {
    int version = state.cluster().clusterVersion();
    if (version > toldVersion) {
      events.accept(MetadataEvent.CLUSTER_VERSION_RAISED);
    }
    toldVersion = version;
  }
}
