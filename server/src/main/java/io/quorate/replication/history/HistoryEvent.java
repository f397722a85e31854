package io.quorate.replication.history;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Tally;

/** What happens to what is kept. */
public enum HistoryEvent implements Event {
  /** A version that was replaced was kept. */
  KEPT,
  /** A version was kept that came below a later one. */
  KEPT_LATE,
  /** A value was kept that had expired and that a purge took away. */
  KEPT_EXPIRED,
  /** A version was brought that another replica had kept. */
  COPIED,
  /** A version was replaced while histories of others were being brought here, and kept. */
  KEPT_WHILE_COPYING,
  /**
   * A history reaches back as far as those of a majority that were brought here, in one partition
   * of one tenant.
   */
  TAKEN,
  /** A history began, in one partition of one tenant. */
  BEGUN,
  /** One began again, for its replica had been brought what others hold. */
  BEGUN_AGAIN,
  /** What had been replaced too long ago was taken away, in one partition of one tenant. */
  FORGOTTEN,
  /** A tenant has no history any more: what was kept in a partition was taken away. */
  ENDED,
  /** A moment was asked for that is before the history of a partition began. */
  ASKED_TOO_EARLY;

  public static final Counter VERSIONS =
      Counter.of(
              "quorate.history.versions",
              "Versions of keys that were kept since something took their place, or that came too"
                  + " late, or that another replica had kept, of tenants with a history")
          .by("why", KEPT, KEPT_LATE, KEPT_EXPIRED, COPIED);

  public static final Counter OF_NEW_REPLICAS =
      Counter.of(
              "quorate.history.taken",
              "Histories of partitions of tenants that a replica that came or was filled took from"
                  + " others, or that began again")
          .by("how", TAKEN, BEGUN_AGAIN);

  @Override
  public void count(Tally tally) {
    if (this == KEPT || this == KEPT_LATE || this == KEPT_EXPIRED || this == COPIED) {
      tally.add(VERSIONS, 1, this);
    } else if (this == TAKEN || this == BEGUN_AGAIN) {
      tally.add(OF_NEW_REPLICAS, 1, this);
    }
  }
}
