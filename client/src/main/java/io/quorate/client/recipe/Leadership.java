package io.quorate.client.recipe;

import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.WriteOptions;
import java.time.Duration;

/**
 * One leads, from when it was elected until it resigns or is to stop. It never leads again under
 * the same leadership. Safe for many threads at once.
 *
 * <p>The leader is to stop {@link ElectionOptions#stopBefore} before the time of its lock is over
 * by the monotonic clock of this process, if no renewal was answered until then: so it has stopped
 * before another one leads, also when it is cut off, as long as it stops within that time. What is
 * under way then, and a process that is paused, may still act later: give {@link #token} with what
 * is read and written ({@link WriteOptions#fencedBy}), and the store refuses it once the next
 * leader was there.
 */
public interface Leadership extends AutoCloseable {
  /** Of what: the name of the election, and of its lock. */
  String name();

  /** Who leads: as others see it at {@link Leader#id}. */
  String id();

  /** The fencing token: each later leader has a higher one. */
  long token();

  /** Whether this leads, and may act. Once it is false it stays so. Look before each step. */
  boolean isLeader();

  /** How long it may still act without another renewal; zero if it may not. */
  Duration remaining();

  /**
   * Has a task run when the leader is to stop: no renewal was answered in time, the cluster says
   * that it does not lead any more, or its {@link Candidacy} is closed. {@link #isLeader} is false
   * by then, and the thread of the body is interrupted before. Tasks run one after the other, in
   * the order in which they were added, on a thread of the election, which does nothing else for
   * this leadership: they may block, and one that fails does not keep the others from running. At
   * once, on the calling thread, if the leader was told to stop already; never after {@link
   * #resign}, nor when the body has returned.
   */
  void onLost(Runnable task);

  /**
   * Gives the leadership up. {@link #isLeader} is false from the beginning of the call. In the body
   * of {@link Election#runWhileLeader} this returns at once, and the lock is released when the body
   * has returned.
   *
   * @return whether it led until now; false if it was to stop or resigned before
   * @throws OutcomeUnknownException no node answered: the lock is free when its time to live is
   *     over, at the latest
   */
  boolean resign();

  /** Resigns, and does not tell whether that was answered. */
  @Override
  void close();
}
