package io.quorate.replication.coordinator;

/** What writes that take effect at most once may lack. */
public enum LaxOnce {
  /** A write is stored whatever its stamp. */
  STORES_UNASKED,
  /** A repeated write is told that its stamp is too low as soon as it is found so. */
  ASKS_ONCE,
  /** A repeated write asks again before the newest record is at enough replicas. */
  ASKS_AGAIN_UNSETTLED
}
