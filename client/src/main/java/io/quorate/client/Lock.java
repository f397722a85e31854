package io.quorate.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A lock that was acquired. The client renews it, by one request for all locks of its owner at a
 * third of the shortest time to live, until it is released or lost.
 *
 * <p>The lock is held until {@link #remaining} is over by this process's monotonic clock. That time
 * counts from when the client <em>sent</em> the request that acquired or last renewed the lock, and
 * is a hundredth shorter than the time to live; the cluster counts from a later moment. So a
 * process that was paused, or is cut off, sees that it holds the lock no longer before another
 * owner can have it. Look at {@link #isHeld} before each step that only the holder may do. What is
 * under way just then may still arrive late: where that does harm, pass the {@link #token} on, and
 * let what receives it refuse a token that is lower than one it has seen. A machine that is
 * suspended together with its monotonic clock does not see time pass: only tokens help there.
 *
 * <p>Safe for many threads at once. Two locks are equal only if they are the same object.
 */
public interface Lock extends AutoCloseable {
  /** What is locked. */
  String name();

  /** Who holds it: the owner that was given, or one that no other lock has. */
  String owner();

  /**
   * The fencing token: each later grant of the lock, to any owner, has a higher one. Owners that
   * share a lock have different ones, so what refuses lower tokens than it has seen lets pass only
   * the last of them that it has heard of: fence what is written under an exclusive lock.
   */
  long token();

  /** How long it is held without a renewal. */
  Duration ttl();

  /** Whether it is held now. Once it is lost or released, it never is again. */
  boolean isHeld();

  /** How long it is still held without another renewal; zero if it is not held. */
  Duration remaining();

  /**
   * Has a task run when the lock is lost: its time is over, as no renewal was answered, or the
   * cluster says that the owner does not hold it any more. It runs at the latest when {@link
   * #isHeld} turns false, unless the client's thread is held up; at once if the lock is lost
   * already; never after {@link #release}, and not when the client is closed. It runs on the
   * client's event loop and must not block.
   */
  void onLost(Runnable task);

  /**
   * Gives the lock up, and waits until the cluster has answered. {@link #isHeld} is false from the
   * beginning of the call. Where the owner holds the lock more than once ({@link
   * LockOptions#owner}), the last release gives it up.
   *
   * @return whether the lock was held until now; false if it was lost or released before
   * @throws OutcomeUnknownException no node answered: the lock is free when its time to live is
   *     over, at the latest
   * @throws UnavailableException no node could be asked: as above
   */
  boolean release();

  /** As {@link #release}, without blocking. */
  CompletableFuture<Boolean> releaseAsync();

  /**
   * Releases the lock, and does not tell whether that was answered: if it was not, the lock is free
   * when its time to live is over. On the client's event loop it does not wait.
   */
  @Override
  void close();
}
