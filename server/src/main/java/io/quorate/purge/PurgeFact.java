package io.quorate.purge;

/** What happened to the round of one partition, as its driver sees it. */
public enum PurgeFact {
  /** A round was asked for. */
  OPENED,
  /** All replicas reported the same, and it was asked to confirm the round. */
  CONFIRMED,
  /** All replicas have reported, and not the same: they go on comparing. */
  UNEQUAL,
  /** Reports that had not been the same came to be. */
  EQUAL_AFTER_ALL,
  /** It was looked at once more under a new epoch, for the factor asks for that. */
  LOOKED_AT_AGAIN,
  /** It took too long, and was begun anew. */
  ABANDONED
}
