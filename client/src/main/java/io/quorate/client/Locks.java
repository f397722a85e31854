package io.quorate.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Acquires locks, and waits for the answer: the blocking face of {@link AsyncLocks}, whose Javadoc
 * says what each operation promises and what failures mean. Safe for many threads at once.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Optional<Lock> got =
 *       client.locks().acquire("nightly", Duration.ofSeconds(10), Duration.ofSeconds(30));
 *   if (got.isPresent()) {
 *     try (Lock lock = got.get()) {
 *       lock.onLost(() -> System.err.println("stop"));
 *       while (lock.isHeld()) {
 *         System.out.println("one step, under token " + lock.token());
 *         break;
 *       }
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Not to be called from the client's event loop. A thread that is interrupted while it waits
 * gets an {@link OutcomeUnknownException}, and what was granted is released; from {@link #show} and
 * {@link #list} it gets a {@link java.util.concurrent.CancellationException}, which is no {@link
 * QuorateException}.
 */
public interface Locks {
  /**
   * Acquires a lock, or fails to when another owner holds it.
   *
   * @param ttl how long the lock is held without a renewal, 100 ms to 10 minutes
   * @return the lock; empty if another owner holds it
   * @throws OutcomeUnknownException the lock may be held, by no one that knows it, until its time
   *     to live is over
   */
  default Optional<Lock> tryAcquire(String name, Duration ttl, LockOptions options) {
    return acquire(name, ttl, Duration.ZERO, options);
  }

  /** As {@link #tryAcquire(String, Duration, LockOptions)}, for an owner of its own. */
  default Optional<Lock> tryAcquire(String name, Duration ttl) {
    return tryAcquire(name, ttl, LockOptions.DEFAULT);
  }

  /**
   * Acquires a lock, and waits in line while other owners hold it.
   *
   * @param ttl how long the lock is held without a renewal, 100 ms to 10 minutes
   * @param waitAtMost how long to wait in line; the answer may take the timeout of the options
   *     longer
   * @return the lock; empty if others held it until the wait was over
   * @throws OutcomeUnknownException the lock may be held, by no one that knows it, until its time
   *     to live is over
   */
  Optional<Lock> acquire(String name, Duration ttl, Duration waitAtMost, LockOptions options);

  /** As {@link #acquire(String, Duration, Duration, LockOptions)}, for an owner of its own. */
  default Optional<Lock> acquire(String name, Duration ttl, Duration waitAtMost) {
    return acquire(name, ttl, waitAtMost, LockOptions.DEFAULT);
  }

  /** Tells who holds a lock, and who waits for it. */
  LockStatus show(String name);

  /**
   * Tells a listener who holds a lock, now and whenever that changes: see {@link AsyncLocks#watch}.
   *
   * @return to be closed when no more is to be told
   */
  LockWatch watch(String name, Consumer<LockStatus> listener);

  /** Lists the locks that are held, by name, whose names begin with a prefix. */
  List<HeldLock> list(String prefix);

  /** Lists all locks that are held, by name. */
  default List<HeldLock> list() {
    return list("");
  }

  /**
   * Renews all locks of an owner that is not in this process: see {@link AsyncLocks#renew}.
   *
   * @return the locks that the owner holds, each for its time to live from when this was called
   */
  List<HeldLock> renew(String owner);

  /**
   * Releases a lock that an owner holds under a token: see {@link AsyncLocks#release}.
   *
   * @return whether the lock was held so until now
   * @throws OutcomeUnknownException it may have been released
   */
  boolean release(String name, String owner, long token);
}
