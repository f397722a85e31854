package io.quorate.replication.coordinator.track;

import io.quorate.model.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write that was sent to one replica of a region for all there.
 *
 * @param relay the one that it was sent to
 * @param others those to which it was to pass the write on
 */
public record Relayed(NodeId relay, List<NodeId> others) {
  public Relayed {
    others = List.copyOf(others);
  }

  /**
   * Which of these was to reach a replica through another; null if it was sent the write itself.
   */
  public static @Nullable Relayed to(NodeId replica, List<Relayed> all) {
    for (Relayed each : all) {
      if (each.others.contains(replica)) {
        return each;
      }
    }
    return null;
  }

  /** Which of these a replica was to pass on; null if it was none of them. */
  public static @Nullable Relayed by(NodeId replica, List<Relayed> all) {
    for (Relayed each : all) {
      if (each.relay.equals(replica)) {
        return each;
      }
    }
    return null;
  }
}
