package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.migration.MoveReport;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a node says of partitions on the move: how far it is with each. */
final class MoveReporter {
  /** Of one report, so that its message stays small; the others follow in the next one. */
  private static final int STANDINGS_MAX = 1_000;

  private final NodeId self;
  private final Supplier<List<Standing>> standings;

  /** The partition from which on the next report tells. */
  private int from;

  /**
   * @param standings how far this node is, of partitions that it serves at the epoch it knows;
   *     ascending
   */
  MoveReporter(NodeId self, Supplier<List<Standing>> standings) {
    this.self = self;
    this.standings = standings;
  }

  /** The next report; null if there is nothing to say. */
  @Nullable MoveReport next(ClusterState state) {
    List<Standing> all = standings.get();
    Member member = state.members().get(self);
    if (all.isEmpty() && (member == null || !member.down())) {
      return null;
    }
    List<Standing> next =
        all.size() <= STANDINGS_MAX
            ? all
            : all.stream().filter(each -> each.partition() >= from).limit(STANDINGS_MAX).toList();
    from = next.size() < STANDINGS_MAX ? 0 : next.getLast().partition() + 1;
    return new MoveReport(state.stateVersion(), next);
  }
}
