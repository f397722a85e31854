package io.quorate.client.recipe;

import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** A party is in a round of a barrier, until it leaves. Safe for many threads at once. */
public interface BarrierRound {
  /** The number of the round. */
  long round();

  /** This party, as the others see it. */
  String id();

  /** All that are in the round, this one included; each begins with what its party calls itself. */
  Set<String> parties();

  /**
   * Whether the others still wait for this party: its lock is held by this process's clock. Once it
   * is false they may go on without it.
   */
  boolean isAwaited();

  /**
   * Leaves the round, and waits until all parties have left, or were given up. All that return have
   * the same answer.
   *
   * @return the parties that were given up, as the time of their locks was over before they left:
   *     their part may not be done. Empty: all have left. This party itself may be among them
   * @throws TimeoutException others are still in; this party has left, and may call this again to
   *     wait on
   * @throws InterruptedException as above, or before it has left; then it is awaited until the time
   *     of its lock is over
   * @throws OutcomeUnknownException whether it has left is not known: call this again
   * @throws QuorateException no node could be reached until the wait was over: call this again
   * @throws IllegalStateException the round was {@linkplain Barrier#forget forgotten}
   */
  Set<String> leave(Duration waitAtMost) throws InterruptedException, TimeoutException;
}
