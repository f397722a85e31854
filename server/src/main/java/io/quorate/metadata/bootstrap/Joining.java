package io.quorate.metadata.bootstrap;

/** Whether a node that belongs to no cluster asks to be taken into one that runs. */
public enum Joining {
  /** It does not: it forms a cluster with its seeds, or is a member already. */
  NO,
  /** It does, and is to be given its share of the partitions. */
  WITH_SHARE,
  /** It does, and is given no partitions before an operator says so. */
  AS_SPARE
}
