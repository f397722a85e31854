package io.quorate.replication.background;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The allowances of one node for work of one urgency, one for each node it works with. Lives on one
 * lane.
 */
public final class Allowances implements BackgroundBudget {
  private final Urgency urgency;
  private final Clock clock;
  private final Slowdown own;
  private final ToIntFunction<NodeId> slowdownAt;
  private final Consumer<Event> events;
  private final TreeMap<NodeId, Allowance> byNode = new TreeMap<>();

  /**
   * @param slowdownAt what another node said last of what its clients feel, in percent
   */
  public Allowances(
      Urgency urgency,
      Clock clock,
      Slowdown own,
      ToIntFunction<NodeId> slowdownAt,
      Consumer<Event> events) {
    this.urgency = urgency;
    this.clock = clock;
    this.own = own;
    this.slowdownAt = slowdownAt;
    this.events = events;
  }

  @Override
  public boolean isOpen(NodeId with) {
    return of(with).isOpen();
  }

  @Override
  public void took(NodeId with, int records) {
    of(with).took(records);
  }

  /** The network within a region has room for all that clients leave the nodes time for. */
  @Override
  public void carried(NodeId with, long bytes) {}

  private Allowance of(NodeId with) {
    return byNode.computeIfAbsent(
        with,
        node ->
            new Allowance(
                urgency,
                clock,
                () -> Math.max(own.percent(), slowdownAt.applyAsInt(node)),
                events));
  }
}
