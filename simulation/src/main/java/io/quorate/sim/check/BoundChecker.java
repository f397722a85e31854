package io.quorate.sim.check;

import io.quorate.sim.check.Inside.Queue;

/** Nothing grows without bound, and when nothing is under way, nothing is left of what was. */
final class BoundChecker implements Checker {
  static final String NAME = "bounds";

  @Override
  public void sampled(String where, Queue queue) {
    if (queue.length() > queue.lengthMax()) {
      throw new PromiseBroken(NAME, "%s: %s is %d".formatted(where, queue.name(), queue.length()));
    }
  }

  @Override
  public void rests(String where, Queue queue) {
    if (queue.length() > queue.lengthAtRest()) {
      throw new PromiseBroken(
          NAME, "%s, at rest: %s is %d".formatted(where, queue.name(), queue.length()));
    }
  }
}
