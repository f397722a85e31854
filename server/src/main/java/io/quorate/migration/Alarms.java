package io.quorate.migration;

import io.quorate.migration.Awaited.Task;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Which nodes moves wait for, and whether for so long that an operator should look after them. */
final class Alarms {
  private final MoveConfig config;
  private final Consumer<MigrationEvent> events;
  private final Set<NodeId> overdue = new TreeSet<>();
  private List<Awaited> awaited = List.of();

  Alarms(MoveConfig config, Consumer<MigrationEvent> events) {
    this.config = config;
    this.events = events;
  }

  void clear() {
    overdue.clear();
    awaited = List.of();
  }

  List<Awaited> awaited() {
    return awaited;
  }

  /**
   * @param heard nodes that are heard; a barrier does not wait long for others, these are given up
   */
  void look(
      Collection<PartitionMove> climbs, Set<NodeId> down, long nowNanos, Predicate<NodeId> heard) {
    Map<Task, TreeMap<NodeId, Awaited>> sums = new TreeMap<>();
    for (PartitionMove climb : climbs) {
      TreeMap<NodeId, Awaited> sum =
          sums.computeIfAbsent(climb.waitsFor(), none -> new TreeMap<>());
      climb
          .waitsSince()
          .forEach(
              (node, since) ->
                  sum.merge(
                      node,
                      new Awaited(node, climb.waitsFor(), 1, nowNanos - since),
                      Alarms::together));
    }
    List<Awaited> all = new ArrayList<>();
    sums.values().forEach(sum -> all.addAll(sum.values()));
    awaited = List.copyOf(all);
    Set<NodeId> late = new TreeSet<>();
    for (Awaited each : awaited) {
      if (each.task() == Task.BARRIER
          && each.nanos() > config.alarmNanos()
          && !down.contains(each.node())
          && heard.test(each.node())) {
        late.add(each.node());
        if (overdue.add(each.node())) {
          events.accept(new MigrationEvent.Overdue(each.node(), each.partitions()));
        }
      }
    }
    overdue.retainAll(late);
  }

  private static Awaited together(Awaited one, Awaited other) {
    return new Awaited(
        one.node(),
        one.task(),
        one.partitions() + other.partitions(),
        Math.max(one.nanos(), other.nanos()));
  }
}
