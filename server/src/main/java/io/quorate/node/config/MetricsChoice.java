package io.quorate.node.config;

/** Who may read the metrics of a node. */
public enum MetricsChoice {
  /** All who reach its HTTP port. */
  OPEN,
  /** Users who may monitor. */
  MONITOR
}
