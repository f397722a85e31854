package io.quorate.metadata.bootstrap;

/**
 * Why a node cannot be part of its cluster, as things are. Waiting does not help, nor does a
 * restart; a person has to decide.
 *
 * @param message what was found, where, and what to do about it
 */
public record Refusal(Kind kind, String message) {
  /** Where the remedy is to be looked for. */
  public enum Kind {
    /** In the configuration of this node, or of the one it met. */
    CONFIGURATION,
    /** In the data directory: it is new, old, damaged or of another cluster. */
    DATA,
    /** In the release that this node runs, which cannot work at the cluster's version. */
    RELEASE,
    /** In the disk, which did not take what it was given. */
    DISK,
    /** In the data directory: it lacks what the node has confirmed. */
    SET_BACK,
    /** Nowhere: the node is no member any more, and what it holds is not needed. */
    LEFT
  }
}
