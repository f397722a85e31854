package io.quorate.client.admin;

/** How much a node logs: lines of a level, and of all before it. */
public enum LogLevel {
  /** What an operator has to do something about. */
  ERROR,
  /** What may need an operator soon. */
  WARN,
  /** What changes in the node and in the cluster. */
  INFO,
  /** What helps to find a fault. */
  DEBUG,
  /** Every event inside the node, also those that come with each request. */
  TRACE,
  /** The node said something that this client does not know. It cannot be set. */
  UNKNOWN
}
