package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An operator gave up, or had filled from what is left, too many replicas of a partition: writes
 * acknowledged before may be gone. What was first written under {@code epoch} or later was
 * acknowledged by replicas that are there; of all else, and of what is not found, a read cannot be
 * sure, and says so until the loss is acknowledged.
 *
 * @param epoch from which on quorums can be trusted again
 * @param givenUp the replicas that were; they are no members any more, or soon will not be. Of very
 *     many, those that were given up last
 * @param whole whether no replica was left at all
 * @param acknowledged whether an operator has taken note, and reads say nothing of it any more
 */
public record Loss(long epoch, SortedSet<NodeId> givenUp, boolean whole, boolean acknowledged) {
  /** How many replicas are named at most: losses are part of all nodes' snapshots, for ever. */
  public static final int NAMED_MAX = 64;

  public Loss {
    if (givenUp.size() > NAMED_MAX) {
      throw new IllegalArgumentException(
          "a loss names %d replicas: at most %d are kept".formatted(givenUp.size(), NAMED_MAX));
    }
    givenUp = Collections.unmodifiableSortedSet(new TreeSet<>(givenUp));
  }

  /** What is left to say when more was lost later. */
  public Loss and(Loss later) {
    SortedSet<NodeId> all = new TreeSet<>(later.givenUp);
    for (NodeId earlier : givenUp) {
      if (all.size() < NAMED_MAX) {
        all.add(earlier);
      }
    }
    return new Loss(later.epoch, all, whole || later.whole, later.acknowledged);
  }

  /** Returns this, acknowledged by an operator. */
  public Loss noted() {
    return new Loss(epoch, givenUp, whole, true);
  }
}
