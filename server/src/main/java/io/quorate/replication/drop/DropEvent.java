package io.quorate.replication.drop;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;

/** What happens to the records of tenants that were dropped. */
public sealed interface DropEvent extends Event {
  Counter CLEARED =
      Counter.of(
          "quorate.dropped.tenants.cleared.partitions",
          "Partitions in which all was deleted here that dropped or truncated tenants had");

  /** All that dropped tenants had in a partition is gone here. */
  record Cleared(int partition, int tenants) implements DropEvent {
    @Override
    public void count(Tally tally) {
      tally.add(CLEARED);
    }
  }

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements DropEvent {
    /** A write of a dropped tenant was under way as its records were to be looked for. */
    LOOKED_LATER_FOR_A_WRITE
  }
}
