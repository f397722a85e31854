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
                  + " late, of tenants with a history")
          .by("why", KEPT, KEPT_LATE, KEPT_EXPIRED);

  @Override
  public void count(Tally tally) {
    if (this == KEPT || this == KEPT_LATE || this == KEPT_EXPIRED) {
      tally.add(VERSIONS, 1, this);
    }
  }
}
