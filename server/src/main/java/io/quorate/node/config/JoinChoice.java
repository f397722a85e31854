package io.quorate.node.config;

/** Whether a fresh node joins a cluster that runs, in the words of the configuration. */
public enum JoinChoice {
  /** It forms a cluster with its seeds. */
  FALSE,
  /** It joins, and is given its share of the partitions. */
  TRUE,
  /** It joins, and is given no partitions before an operator says so. */
  SPARE
}
