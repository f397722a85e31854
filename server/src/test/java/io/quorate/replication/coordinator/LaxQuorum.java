package io.quorate.replication.coordinator;

/** What the quorums of a partition on the move may lack. */
public enum LaxQuorum {
  /** A majority of both sets together is enough for a write. */
  OF_ALL_TOGETHER,
  /** What a read shows need be held by the set that was read only. */
  SHOWN_BY_ONE_SET,
  /** Reads say nothing of what may have been lost with replicas that were given up. */
  SILENT_ABOUT_LOSS
}
