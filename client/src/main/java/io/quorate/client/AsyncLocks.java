package io.quorate.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Acquires locks without blocking: at most one owner holds a lock at a time, or some that share it,
 * for as long as they renew.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   client
 *       .asyncLocks()
 *       .tryAcquire("nightly", Duration.ofSeconds(10))
 *       .thenCompose(
 *           got ->
 *               got.isPresent()
 *                   ? got.get().releaseAsync()
 *                   : CompletableFuture.completedFuture(false))
 *       .join();
 * }
 * }</pre>
 *
 * <p>Locks belong to the cluster, and not to a tenant. The cluster must be at version 2 or later:
 * else each call fails with {@link FailedPreconditionException}. Names of locks and owners have 1
 * to 255 bytes of UTF-8, and times to live are 100 ms to 10 minutes: else calls fail with {@link
 * InvalidRequestException}. {@link Lock} says for how long a lock is held, and by which clock.
 *
 * <p>A request is sent to another node when one does not answer, until its outcome is known or its
 * time is over. Futures complete on the client's event loop; what is said of it at {@link
 * AsyncKeyValue} holds here, too. One that is cancelled, or fails otherwise before it completes,
 * leaves no lock behind as long as nodes answer: what was granted is released.
 */
public interface AsyncLocks {
  /**
   * Acquires a lock, or fails to when another owner holds it.
   *
   * @param ttl how long the lock is held without a renewal
   * @return the lock; empty if another owner holds it, or another acquisition of the same owner
   *     waits for it. Fails with {@link OutcomeUnknownException} (the lock may be held under the
   *     owner's name, by no one that knows it: the client releases it if it can, else it is free
   *     when its time to live is over), {@link UnavailableException}, {@link OverloadedException}
   *     (too many locks are held, or too many requests wait), {@link ClientClosedException} (it is
   *     not held), {@link FailedPreconditionException} or {@link InvalidRequestException} (see
   *     above)
   */
  default CompletableFuture<Optional<Lock>> tryAcquire(
      String name, Duration ttl, LockOptions options) {
    return acquire(name, ttl, Duration.ZERO, options);
  }

  /** As {@link #tryAcquire(String, Duration, LockOptions)}, for an owner of its own. */
  default CompletableFuture<Optional<Lock>> tryAcquire(String name, Duration ttl) {
    return tryAcquire(name, ttl, LockOptions.DEFAULT);
  }

  /**
   * Acquires a lock, and waits in line while other owners hold it. The owners in line get the lock
   * in the order in which they came. A lock that was granted after a wait is renewed before it is
   * returned.
   *
   * @param waitAtMost how long to wait in line; the answer may take the timeout of the options
   *     longer
   * @return the lock; empty if others held it until the wait was over. Fails as {@link
   *     #tryAcquire(String, Duration, LockOptions)} does
   */
  CompletableFuture<Optional<Lock>> acquire(
      String name, Duration ttl, Duration waitAtMost, LockOptions options);

  /** As {@link #acquire(String, Duration, Duration, LockOptions)}, for an owner of its own. */
  default CompletableFuture<Optional<Lock>> acquire(
      String name, Duration ttl, Duration waitAtMost) {
    return acquire(name, ttl, waitAtMost, LockOptions.DEFAULT);
  }

  /**
   * Tells who holds a lock, and who waits for it. Fails with {@link UnavailableException}, {@link
   * ServerFaultException} and as above.
   */
  CompletableFuture<LockStatus> show(String name);

  /**
   * Tells a listener who holds a lock: now, and whenever that changes, until the watch or the
   * client is closed. When owners come and go faster than it is told, it misses some of them, and
   * is told the last state in any case: usually at once, and within the time of an election when
   * the leader of the locks is lost. It is not told of changes of the line, nor of renewals. While
   * no node answers it hears nothing, and the last state when one does again. It runs on the
   * client's event loop, and must not block.
   *
   * @return to be closed when no more is to be told; tells if the watch cannot go on
   */
  LockWatch watch(String name, Consumer<LockStatus> listener);

  /** Lists the locks that are held, by name, whose names begin with a prefix; fails as above. */
  CompletableFuture<List<HeldLock>> list(String prefix);

  /** Lists all locks that are held, by name. */
  default CompletableFuture<List<HeldLock>> list() {
    return list("");
  }

  /**
   * Renews all locks of an owner that is not in this process, as one acquired with {@link
   * LockOptions#renewed} false. What {@link #acquire} returned is renewed without it.
   *
   * @return the locks that the owner holds, each for its time to live from when this was called;
   *     what is not there it holds no more. Fails with {@link OutcomeUnknownException} (they may
   *     have been renewed) and as above
   */
  CompletableFuture<List<HeldLock>> renew(String owner);

  /**
   * Releases a lock that an owner holds under a token; one that this client holds is released as by
   * {@link Lock#release}. While a release of an owner is not answered, no process may acquire the
   * lock under that owner's name: it might get the lock under the same token, and the release ends
   * that, too. This client sees to it for what it is asked itself.
   *
   * @return whether the lock was held so until now. Fails with {@link OutcomeUnknownException} (it
   *     may have been released) and as above; with {@link FailedPreconditionException} while this
   *     client acquires that lock for that owner
   */
  CompletableFuture<Boolean> release(String name, String owner, long token);
}
