package io.quorate.replication.admission;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;

/** What happens to requests before they may begin. */
public sealed interface AdmissionEvent extends Event {
  int THROTTLED_SERIES_MAX = 200;

  Counter THROTTLED =
      Counter.of("quorate.throttled", "Requests refused since their tenant had used up its quota")
          .by("tenant")
          .by("reason")
          .atMost(THROTTLED_SERIES_MAX);

  /** A tenant has used up its quota, of operations or bytes. */
  record Throttled(String tenant, String reason) implements AdmissionEvent {
    @Override
    public void count(Tally tally) {
      tally.add(THROTTLED, 1, tenant, reason);
    }
  }

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements AdmissionEvent {
    /** A write waited for its partition to arrive elsewhere, as an operator had asked. */
    WRITE_WAITED_FOR_MOVE,
    /** A page of a scan was made small, since others had requests under way. */
    SCAN_YIELDED
  }
}
