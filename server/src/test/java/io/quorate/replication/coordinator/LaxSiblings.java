package io.quorate.replication.coordinator;

/** What writes of keys with siblings may lack. */
public enum LaxSiblings {
  /** The new value is sent alone, with what its client has seen. */
  SENT_ALONE,
  /** A coordinator is the same actor after a restart. */
  ONE_ACTOR_FOR_ALL_BOOTS,
  /** A coordinator is the same actor after it has lost a write. */
  ONE_ACTOR_FOR_ALL_TENURES,
  /** A write that is tried again is taken again. */
  TAKEN_AGAIN,
  /** A write is taken though what became of an earlier attempt may be forgotten. */
  FORGOTTEN_TAKEN,
  /** What was sent under an epoch that is over is sent again as it was. */
  SENT_AS_BEFORE
}
