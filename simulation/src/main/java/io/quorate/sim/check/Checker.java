package io.quorate.sim.check;

import io.quorate.placement.Placements;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;

/**
 * Checks one promise, and throws {@link PromiseBroken} when it is broken. It sees the requests and
 * answers of clients and the events of nodes, in the order in which they happen; and the disks,
 * once everything has healed and come to rest. A new checker is one class and one line in {@link
 * PromiseChecker}.
 */
public interface Checker {
  /** A client's operation reaches a node. */
  default void begins(Attempt attempt) {}

  /** An attempt is answered, and has its outcome already. */
  default void ends(Attempt attempt, Outcome outcome) {}

  /** A client begins to read all keys with a prefix. */
  default void begins(ScanAttempt scan) {}

  /**
   * A page of it was answered.
   *
   * @param askedMillis what the slowest clock of the cluster showed when the page was asked for
   */
  default void shows(ScanAttempt scan, ScanPage page, long askedMillis) {}

  /** A scan has read all its keys. */
  default void ends(ScanAttempt scan, ScanAttempt.Found found) {}

  /** A disk is lost for good, or a part of it: what fewer than a majority held may be gone. */
  default void losesDisk() {}

  /** This is how a node that runs was left by its start, or by a turn of its lane. */
  default void happened(Inside node) {}

  /** A node that runs has placements that it did not have before. */
  default void learns(Placements placements) {}

  /** A tenant's replicas were altered, and all partitions have come through. */
  default void settles() {}

  /** How long a queue is; looked at now and then. */
  default void sampled(String where, Inside.Queue queue) {}

  /** How long a queue is when nothing is under way any more. */
  default void rests(String where, Inside.Queue queue) {}

  /** All has healed, every key was read at ALL, and nothing is under way any more. */
  default void rests(AtRest found) {}
}
