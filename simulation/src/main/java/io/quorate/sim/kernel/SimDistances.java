package io.quorate.sim.kernel;

/** How far the places are apart in which nodes stand. */
@FunctionalInterface
public interface SimDistances {
  /** All nodes stand side by side. */
  SimDistances NONE = (from, to, near) -> near;

  /**
   * Returns the conditions of a link from one place to another.
   *
   * @param near those of a link within one place
   */
  LinkConditions between(String from, String to, LinkConditions near);
}
