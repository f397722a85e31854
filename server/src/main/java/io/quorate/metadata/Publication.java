package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.model.Invariant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What others are told of the cluster's state. Each state is published once a snapshot that holds
 * it is durable, for the reason that {@link MetadataGroup} gives.
 */
final class Publication {
  private final Consumer<ClusterState> listener;

  /** What others were told; durable. Never newer than what is applied. */
  private ClusterState published;

  /** To be published once the snapshot at {@link #nextIndex} is durable. */
  private @Nullable ClusterState next;

  private long nextIndex;

  /** Everything up to here is applied, and what it changed is published. */
  private long settledIndex;

  /**
   * @param durable what the node started with
   * @param index of its snapshot
   * @param listener told each state that is published from now on
   */
  Publication(ClusterState durable, long index, Consumer<ClusterState> listener) {
    this.published = durable;
    this.settledIndex = index;
    this.listener = listener;
  }

  ClusterState published() {
    return published;
  }

  long settledIndex() {
    return settledIndex;
  }

  /**
   * Publishes what may be published.
   *
   * @param durableIndex of the newest durable snapshot
   * @return whether {@code applied} waits from now on for a snapshot, which is to be made
   */
  boolean settle(ClusterState applied, long appliedIndex, long durableIndex) {
    if (next != null && durableIndex >= nextIndex) {
      publish(next, nextIndex);
      next = null;
    }
    if (applied.stateVersion() == published.stateVersion()) {
      settledIndex = Math.max(settledIndex, appliedIndex);
      return false;
    }
    if (durableIndex >= applied.stateVersion()) {
      publish(applied, appliedIndex); // a leader's snapshot: durable already
      return false;
    }
    if (next != null) {
      return false;
    }
    next = applied;
    nextIndex = appliedIndex;
    return true;
  }

  private void publish(ClusterState state, long index) {
    Invariant.hold(
        state.stateVersion() > published.stateVersion(),
        "state %d after state %d",
        state.stateVersion(),
        published.stateVersion());
    published = state;
    settledIndex = Math.max(settledIndex, index);
    listener.accept(state);
  }
}
