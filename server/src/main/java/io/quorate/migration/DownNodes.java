package io.quorate.migration;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Which nodes are given up for now, and which have caught up. A mark is lifted when the node has
 * applied all that was decided before it was heard again: from then on moves wait for it as for any
 * other.
 */
final class DownNodes {
  private final MoveConfig config;
  private final Consumer<MigrationEvent> events;
  private final PendingProposals<MarkDown> marks;

  /** By node that is marked down and heard: the state that it has to come to know. */
  private final TreeMap<NodeId, Long> goals = new TreeMap<>();

  /** Marked down, and up to date. */
  private final SortedSet<NodeId> caughtUp = new TreeSet<>();

  /** No node can have been silent to this node, as the driver, for longer. */
  private long beganNanos;

  DownNodes(MoveConfig config, Consumer<MigrationEvent> events) {
    this.config = config;
    this.events = events;
    this.marks = new PendingProposals<>(config.stepNanos());
  }

  void begin(long nowNanos) {
    beganNanos = nowNanos;
    marks.clear();
    goals.clear();
    caughtUp.clear();
  }

  void onReport(NodeId from, long stateVersion, ClusterState state) {
    Member member = state.members().get(from);
    if (member != null && member.down()) {
      long goal = goals.computeIfAbsent(from, heard -> state.stateVersion());
      if (stateVersion >= goal) {
        caughtUp.add(from);
      }
    }
  }

  SortedSet<NodeId> marked(ClusterState state) {
    SortedSet<NodeId> marked = new TreeSet<>();
    state
        .members()
        .forEach(
            (id, member) -> {
              if (member.down()) {
                marked.add(id);
              }
            });
    return marked;
  }

  boolean isHeard(NodeId node, long nowNanos, NodeView view) {
    return Math.min(view.silentNanos(node), nowNanos - beganNanos) < config.downAfterNanos();
  }

  /** Nodes that are marked down, or soon will be. */
  SortedSet<NodeId> unheard(ClusterState state, long nowNanos, NodeView view) {
    return state.members().values().stream()
        .filter(member -> member.down() || !isHeard(member.id(), nowNanos, view))
        .map(Member::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Marks to be set and lifted.
   *
   * @param needed nodes that something waits for; of the others it does not matter
   */
  List<Command> changes(
      ClusterState state, SortedSet<NodeId> needed, long nowNanos, NodeView view) {
    SortedSet<NodeId> marked = marked(state);
    goals.keySet().retainAll(marked);
    caughtUp.retainAll(marked);
    List<Command> changes = new ArrayList<>();
    SortedSet<NodeId> looked = new TreeSet<>(needed);
    looked.addAll(marked);
    for (NodeId node : looked) {
      boolean heard = isHeard(node, nowNanos, view);
      if (!heard) {
        goals.remove(node);
        caughtUp.remove(node);
      }
      boolean down = marked.contains(node);
      boolean turns = down ? caughtUp.contains(node) : !heard;
      MarkDown mark = new MarkDown(node, !down);
      if (turns && marks.take(mark, nowNanos)) {
        events.accept(down ? new MigrationEvent.CaughtUp(node) : new MigrationEvent.GivenUp(node));
        changes.add(mark);
      }
    }
    return changes;
  }
}
