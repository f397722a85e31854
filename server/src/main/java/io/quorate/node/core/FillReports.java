package io.quorate.node.core;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.Refill;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.NodeId;
import io.quorate.replication.repair.Peers;
import io.quorate.runtime.Clock;
import java.util.List;
import java.util.function.Consumer;

/** What this node tells the metadata group about partitions that it is, or must be, filled with. */
final class FillReports {
  /** Until it is said again. */
  private static final long WITHIN_NANOS = 5_000_000_000L;

  private final NodeId self;
  private final MetadataGroup group;
  private final Clock clock;

  FillReports(NodeId self, MetadataGroup group, Clock clock) {
    this.self = self;
    this.group = group;
    this.clock = clock;
  }

  /** These are full. The callback hears whether that was taken down. */
  void full(List<Peers.Place> places, Consumer<Boolean> callback) {
    propose(
        new Filled(
            self,
            places.stream()
                .map(place -> new Filled.Place(place.partition(), place.epoch()))
                .toList()),
        callback);
  }

  /** What is held here of this one cannot be relied on. */
  void needsRefill(Peers.Place place, Consumer<Boolean> callback) {
    propose(new Refill(self, place.partition(), place.epoch()), callback);
  }

  private void propose(Command command, Consumer<Boolean> callback) {
    group.propose(
        command,
        clock.nanos() + WITHIN_NANOS,
        outcome -> callback.accept(outcome instanceof CommandOutcome.Accepted));
  }
}
