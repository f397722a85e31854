package io.quorate.sim.check;

import io.quorate.cluster.ClusterState;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataInside;
import io.quorate.model.NodeId;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftInvariants;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metadata group keeps the promises of Raft, looked at after each turn of a node: one leader
 * per term, logs that match, leaders with all that is committed, and one state per index.
 */
final class RaftChecker implements Checker {
  static final String NAME = "raft";

  private @Nullable RaftInvariants invariants;

  /** Each node's Raft machine in its present life. */
  private final Map<NodeId, Raft> machines = new TreeMap<>();

  private final Map<NodeId, ClusterState> published = new TreeMap<>();

  @Override
  public void happened(Inside node) {
    MetadataGroup group = node.metadata();
    if (group == null) {
      return;
    }
    Raft raft = MetadataInside.raft(group);
    RaftInvariants held = invariants;
    if (held == null) {
      held = new RaftInvariants(raft.status().snapshot());
      invariants = held;
    }
    try {
      check(held, raft, group.state());
    } catch (AssertionError violation) {
      throw new PromiseBroken(NAME, String.valueOf(violation.getMessage()));
    }
  }

  @SuppressWarnings(
      "ReferenceEquality") // another machine is another life; states are compared once
  private void check(RaftInvariants held, Raft raft, ClusterState state) {
    if (machines.put(raft.self(), raft) != raft) {
      held.onStart(raft.self());
    }
    held.afterStep(raft);
    if (published.put(raft.self(), state) != state) {
      held.afterApply(raft.self(), state.stateVersion(), state);
    }
  }
}
