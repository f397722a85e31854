package io.quorate.admin;

/** Takes a node out of service before it is stopped. All calls are made on the lane. */
public interface DrainAdmin {
  /** Whether the node coordinates and leads nothing, until its next start. */
  void drain(boolean drained);

  /** How far that is. */
  Standing drainStanding();

  /**
   * What is left to do.
   *
   * @param requests of clients under way
   * @param leadsMetadata whether it leads the metadata group, in which there are other voters
   * @param decidesLocks whether it decides about locks, and another node could
   * @param hints for nodes that are up, of which the delivery is not paused
   */
  record Standing(
      boolean drained, int requests, boolean leadsMetadata, boolean decidesLocks, long hints) {}
}
