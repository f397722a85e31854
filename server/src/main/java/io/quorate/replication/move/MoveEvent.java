package io.quorate.replication.move;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;

/** What happens to the data of partitions that move. */
public sealed interface MoveEvent extends Event {
  Counter COPIED_RECORDS =
      Counter.of("quorate.copied.records", "Records copied to this node as partitions moved to it");

  Counter COPIED_BYTES = Counter.of("quorate.copied.bytes", "Bytes of these records");

  Counter COPIED_SKIPPED =
      Counter.of(
          "quorate.copied.skipped", "Of these records, those of which newer ones were held here");

  Counter COPIED_PARTITIONS =
      Counter.of("quorate.copied.partitions", "Copies of partitions that came to their end");

  Counter COPYING_STUCK =
      Counter.of(
          "quorate.copying.stuck",
          "Times that copying a partition had to wait since too few others answered");

  Counter HANDED_OVER =
      Counter.of(
          "quorate.handed.over.partitions",
          "Partitions that left this node, and were handed over to their replicas");

  Counter CLEARED =
      Counter.of(
          "quorate.cleared.partitions",
          "Partitions that are not this node's, and of which everything was deleted here");

  /**
   * Records were copied to this replica, to which a partition moves.
   *
   * @param records that it took, or held already
   * @param bytes of these
   * @param skipped of these, it holds newer ones
   */
  record Copied(int records, long bytes, int skipped) implements MoveEvent {
    @Override
    public void count(Tally tally) {
      tally.add(COPIED_RECORDS, records);
      tally.add(COPIED_BYTES, (double) bytes);
      tally.add(COPIED_SKIPPED, skipped);
    }
  }

  /** This replica holds what it must of a partition that moves to it. */
  record CopyComplete(int partition) implements MoveEvent {
    @Override
    public void count(Tally tally) {
      tally.add(COPIED_PARTITIONS);
    }
  }

  /** The copy of a partition could not go on for now: too few others are heard, or answer. */
  record CopyStuck(int partition) implements MoveEvent {
    @Override
    public void count(Tally tally) {
      tally.add(COPYING_STUCK);
    }
  }

  /**
   * A partition that has left this node was handed over.
   *
   * @param records that those in charge lacked
   */
  record HandedOver(int partition, int records) implements MoveEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HANDED_OVER);
    }
  }

  /** All that this node kept of a partition, or of tenants in it, that is not its own is gone. */
  record PartitionCleared(int partition) implements MoveEvent {
    @Override
    public void count(Tally tally) {
      tally.add(CLEARED);
    }
  }

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements MoveEvent {
    /** A record was copied to a replica that held a newer one by then, and kept it. */
    COPY_FOUND_NEWER,
    /** A partition was copied again, for its placement changed, or the node was restarted. */
    COPY_BEGUN_AGAIN,
    /** What a node kept of a partition that is not its own was brought to the replicas. */
    LEFTOVERS_HANDED_OVER,
    /** What a node can read of a damaged partition that has left it was brought to the replicas. */
    READABLE_HANDED_OVER,
    /** A replica that a partition left held something that one of those in charge lacked. */
    HANDED_OVER_WHAT_WAS_LACKING
  }
}
