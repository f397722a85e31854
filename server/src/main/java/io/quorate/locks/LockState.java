package io.quorate.locks;

import java.util.LinkedHashMap;
import java.util.Map;

/** One lock that is held. There is none of a lock that is free. */
final class LockState {
  /**
   * By owner, in the order in which they got it: one that holds it alone, or some that share it.
   */
  final Map<String, Hold> holds = new LinkedHashMap<>();

  /**
   * By owner, in the order in which they came. The first one of them may not hold the lock beside
   * those that do: else it would.
   */
  final Map<String, Waiter> line = new LinkedHashMap<>();

  /** Log index of the last change of who holds it. */
  long changed;
}
