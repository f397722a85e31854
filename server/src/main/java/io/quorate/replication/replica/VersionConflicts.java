package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Whose versions were given twice, as far as such records met at this replica since it started.
 * Kept until the node stops: an operator has to find out which process must not be there.
 */
public final class VersionConflicts {
  /** More writers than this are not told apart: one is enough to act on. */
  private static final int WRITERS_MAX = 16;

  private final OwnedPartitions owned;
  private final Consumer<Event> events;
  private final TreeMap<NodeId, Of> byWriter = new TreeMap<>();

  /**
   * Those of one node.
   *
   * @param boot the highest start of it that two processes counted
   * @param records that met
   */
  public record Of(NodeId writer, int boot, long records) {}

  VersionConflicts(OwnedPartitions owned, Consumer<Event> events) {
    this.owned = owned;
    this.events = events;
  }

  /** Two records of one version, and of different bytes, met. */
  void met(Version version) {
    events.accept(
        new ReplicaEvent.VersionConflict(
            version.node(), version.boot(), owned.isMember(version.node())));
    Of before = byWriter.get(version.node());
    if (before != null) {
      int boot = Math.max(before.boot(), version.boot());
      byWriter.put(version.node(), new Of(version.node(), boot, before.records() + 1));
    } else if (byWriter.size() < WRITERS_MAX) {
      byWriter.put(version.node(), new Of(version.node(), version.boot(), 1));
    }
  }

  List<Of> list() {
    return new ArrayList<>(byWriter.values());
  }
}
