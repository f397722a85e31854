package io.quorate.sim.cluster;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.hint.HintEvent;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.version.Record;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a mark for repair stands until it has done its work: when it goes, the other
 * replica holds, durably, all that its holder held when it began to work on it, or something newer.
 * Continuous comparing would hide a mark that went too early, for in the end it heals everything.
 */
final class MarkWatch {
  private static final String NAME = "marks";

  private final List<SimNode> nodes;
  private final Windows windows;

  /** What holders held when they last began to work on a mark, and what came since. */
  private final Map<Place, Begun> begun = new TreeMap<>();

  /**
   * @param deletedSince newest deletions that the holder has stored in place of them
   */
  private record Begun(Map<Key, Record> held, Map<Key, Record> deletedSince) {
    Begun(Map<Key, Record> held) {
      this(held, new TreeMap<>());
    }

    void stored(Key key, Record deletion) {
      Record before = held.get(key);
      if (before != null && deletion.version().isAfter(before.version())) {
        deletedSince.put(key, deletion);
      }
    }
  }

  private record Place(String holder, NodeId target, int partition) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::holder)
            .thenComparing(Place::target)
            .thenComparingInt(Place::partition);

    @Override
    public int compareTo(Place that) {
      return ORDER.compare(this, that);
    }
  }

  /**
   * @param nodes of the cluster, also those that are not there yet
   */
  MarkWatch(List<SimNode> nodes, Windows windows) {
    this.nodes = nodes;
    this.windows = windows;
  }

  void happened(SimNode holder, Event event) {
    switch (event) {
      case HintEvent.RepairBegun(NodeId target, int partition) ->
          begun.put(
              new Place(holder.name(), target, partition),
              new Begun(held(holder, target, partition)));
      case HintEvent.RepairDone(NodeId target, int partition) -> {
        Begun missed = begun.remove(new Place(holder.name(), target, partition));
        SimNode node = node(target);
        if (missed != null && node != null && !node.hasLostDisk() && !isFilled(target, partition)) {
          check(holder, node, partition, missed);
        }
      }
      default -> {}
    }
  }

  /** A record became durable at a node. */
  void stored(SimNode holder, int partition, Key key, Record record) {
    if (record.isTombstone()) {
      begun.forEach(
          (place, missed) -> {
            if (place.holder.equals(holder.name()) && place.partition == partition) {
              missed.stored(key, record);
            }
          });
    }
  }

  /** Null if no machine is this node: it has lost its disk, and has another name. */
  private @Nullable SimNode node(NodeId id) {
    return nodes.stream().filter(node -> id.equals(node.knownId())).findFirst().orElse(null);
  }

  /** Records that both are to hold. */
  private static Map<Key, Record> held(SimNode holder, NodeId target, int partition) {
    Map<Key, Record> held = new TreeMap<>();
    Placements placements = holder.placements();
    if (placements != null) {
      for (Tenant tenant : placements.tenants().values()) {
        List<NodeId> replicas = placements.stage(partition, tenant).replicas();
        if (replicas.contains(holder.knownId()) && replicas.contains(target)) {
          held.putAll(holder.durable(tenant.id(), partition));
        }
      }
    }
    return held;
  }

  private void check(SimNode holder, SimNode target, int partition, Begun missed) {
    windows.enter("mark gone after a comparison");
    missed.held.forEach(
        (key, record) -> {
          Record there = target.durable(key.tenant(), partition).get(key);
          boolean lacks = there == null || record.version().isAfter(there.version());
          if (!lacks
              || isPurged(partition, key, record)
              || isOutbid(there, record)
              || isDropped(key)) {
            return;
          }
          Record deletion = missed.deletedSince.get(key);
          if (deletion != null && isPurged(partition, key, deletion)) {
            windows.enter("mark gone after a purge of what it was for");
            return;
          }
          throw new PromiseBroken(
              NAME,
              "%s takes its mark of partition %d for %s away, which holds %s as %s and not as %s"
                  .formatted(holder.name(), partition, target.name(), key, there, record));
        });
  }

  /** Whether it takes a register no more, which is settled by the ballot that it has promised. */
  private static boolean isOutbid(@Nullable Record there, Record record) {
    return there != null && there.hasPromise() && there.promised().isAfter(record.version());
  }

  /** Whether it has dropped what it held, which was damaged, and is filled again. */
  private boolean isFilled(NodeId target, int partition) {
    return nodes.stream()
        .map(SimNode::placements)
        .anyMatch(known -> known != null && known.isFilling(target, partition));
  }

  /** Whether any node knows that the tenant was dropped: from then on it takes nothing of it. */
  private boolean isDropped(Key key) {
    return nodes.stream()
        .map(SimNode::placements)
        .anyMatch(known -> known != null && known.tenants().dropped().contains(key.tenant()));
  }

  /** Whether any node knows of a purge of the record: some nodes hear of it later. */
  private boolean isPurged(int partition, Key key, Record record) {
    return nodes.stream()
        .map(SimNode::placements)
        .anyMatch(
            known ->
                known != null
                    && known.model(key.tenant()).counted(record, known.purge(partition).purged())
                        == null);
  }
}
