package io.quorate.node;

import io.quorate.placement.Placements;

/**
 * What the parts of a node are told of the cluster, each in one place. Tests replace single answers
 * by classic mistakes and demand that it is noticed.
 */
class Rules {
  /** What coordinator and replica know: also who is being filled, and so does not count. */
  Placements forReplicas(Placements placements) {
    return placements;
  }

  /** What is filled, and from whom it must have been filled before it counts. */
  Placements forFiller(Placements placements) {
    return placements;
  }
}
