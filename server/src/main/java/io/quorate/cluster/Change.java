package io.quorate.cluster;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the topology is to become, and how fast. Operators say which nodes are to have replicas; the
 * driver plans where, once for each wish; and it moves the partitions there. Wishes add up: a new
 * one is planned from where the partitions go to, whatever is under way.
 *
 * @param id log index at which the last change of the topology was accepted, a cancellation
 *     included, or from which on a recovered group counts: operators know the change by it; 0 if
 *     there was none
 * @param wishedAt log index of the last command that changed which nodes are to have replicas; 0 if
 *     none did
 * @param plannedFor the wish that {@code targets} were planned for
 * @param targets by partition: the preference list it is to have, where it does not go there yet
 * @param planned how many partitions were to move when that was last planned
 * @param limits how fast
 */
public record Change(
    long id,
    long wishedAt,
    long plannedFor,
    SortedMap<Integer, List<NodeId>> targets,
    int planned,
    Limits limits) {

  /** Of a cluster that never changed. */
  public static final Change NONE =
      new Change(0, 0, 0, Collections.emptySortedMap(), 0, Limits.DEFAULT);

  /**
   * How much is done at a time.
   *
   * @param parallel partitions on the move at the same time
   * @param bytesPerSecond that one node copies; 0: as much as clients do not feel
   * @param paused whether no further partition begins to move
   * @param blocksWrites whether writes wait to partitions that begin to move from now on, until the
   *     change is over
   */
  public record Limits(int parallel, long bytesPerSecond, boolean paused, boolean blocksWrites) {
    public static final int PARALLEL_MAX = 1_000;
    public static final Limits DEFAULT = new Limits(16, 0, false, false);

    /** While writes go on. */
    public Limits(int parallel, long bytesPerSecond, boolean paused) {
      this(parallel, bytesPerSecond, paused, false);
    }

    Limits withoutBlocking() {
      return new Limits(parallel, bytesPerSecond, paused);
    }

    public Limits {
      if (parallel < 1 || parallel > PARALLEL_MAX) {
        throw new IllegalArgumentException(
            "%d partitions at a time: give 1 to %d".formatted(parallel, PARALLEL_MAX));
      }
      if (bytesPerSecond < 0) {
        throw new IllegalArgumentException(
            "%d bytes per second: give 0 (as much as clients do not feel) or more"
                .formatted(bytesPerSecond));
      }
    }
  }

  public Change {
    TreeMap<Integer, List<NodeId>> copy = new TreeMap<>(targets);
    copy.replaceAll((partition, list) -> List.copyOf(list));
    targets = Collections.unmodifiableSortedMap(copy);
  }

  /** Whether the targets of partitions have to be planned. */
  public boolean needsPlan() {
    return wishedAt > plannedFor;
  }

  Change accepted(long index) {
    return new Change(index, wishedAt, plannedFor, targets, planned, limits);
  }

  Change wished(long index) {
    return new Change(id, index, plannedFor, targets, planned, limits);
  }

  Change with(SortedMap<Integer, List<NodeId>> newTargets) {
    return new Change(id, wishedAt, plannedFor, newTargets, planned, limits);
  }

  Change planned(int partitions) {
    return new Change(id, wishedAt, plannedFor, targets, partitions, limits);
  }

  Change with(Limits newLimits) {
    return new Change(id, wishedAt, plannedFor, targets, planned, newLimits);
  }

  /** With one node in the place of another. */
  Change replaced(NodeId old, NodeId by) {
    SortedMap<Integer, List<NodeId>> changed = new TreeMap<>();
    targets.forEach((partition, list) -> changed.put(partition, replaced(list, old, by)));
    return with(changed);
  }

  static List<NodeId> replaced(List<NodeId> list, NodeId old, NodeId by) {
    List<NodeId> next = new ArrayList<>(list);
    next.replaceAll(node -> node.equals(old) ? by : node);
    return next;
  }
}
