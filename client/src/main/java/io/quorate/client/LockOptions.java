package io.quorate.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How one acquisition of a lock differs from the defaults. */
public final class LockOptions {
  /** An owner of its own, which holds it alone; the client's timeout; renewed by the client. */
  public static final LockOptions DEFAULT = new LockOptions(null, null, true, false, 0);

  private final @Nullable String owner;
  private final @Nullable Duration timeout;
  private final boolean renewed;
  private final boolean shared;
  private final int atMost;

  private LockOptions(
      @Nullable String owner,
      @Nullable Duration timeout,
      boolean renewed,
      boolean shared,
      int atMost) {
    Times.checkTimeout(timeout);
    this.owner = owner;
    this.timeout = timeout;
    this.renewed = renewed;
    this.shared = shared;
    this.atMost = atMost;
  }

  /** Who is to hold the lock; null: an owner that no other acquisition has. */
  public @Nullable String owner() {
    return owner;
  }

  /** How long an answer is waited for, beside the wait for the lock; null: the client's timeout. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** Whether the client renews the lock, and releases it when the client is closed. */
  public boolean renewed() {
    return renewed;
  }

  /** Whether other owners may hold the lock at the same time, if they share it, too. */
  public boolean isShared() {
    return shared;
  }

  /** Among how many owners the lock is shared at most; 0: it is not, or without a limit. */
  public int atMost() {
    return atMost;
  }

  /**
   * Acquires the lock exclusively: its owner holds it alone. This is the default. An owner that
   * holds the lock shared must release it first: else this fails with {@link
   * FailedPreconditionException}.
   */
  public LockOptions exclusive() {
    return new LockOptions(owner, timeout, renewed, false, 0);
  }

  /**
   * Acquires the lock shared: others that do so hold it at the same time, up to 1,000 owners, and
   * while they do, no owner holds it exclusively. Owners get a lock in the order in which they
   * came: one that would share it waits behind one that waits to hold it exclusively. An owner that
   * holds the lock exclusively must release it first: else this fails with {@link
   * FailedPreconditionException}. No fence tells a holder that shares a lock from the others: see
   * {@link Lock#token}.
   */
  public LockOptions shared() {
    return new LockOptions(owner, timeout, renewed, true, 0);
  }

  /**
   * Acquires the lock as {@link #shared} does, if fewer owners than this hold it: as a semaphore,
   * when all that acquire it name the same number. If they do not, each one's number counts for
   * itself when it gets the lock, and not for those that come later.
   *
   * @param owners 1 to 1,000
   */
  public LockOptions sharedAmong(int owners) {
    if (owners < 1) {
      throw new IllegalArgumentException("a lock that is shared among " + owners + " owners");
    }
    return new LockOptions(owner, timeout, renewed, true, owners);
  }

  /**
   * Acquires for an owner with this name, 1 to 255 bytes of UTF-8. An owner that holds the lock
   * through this client already holds it once more, under the same token and with the time to live
   * that it has; it is given up by the last release. No other client may use the name at the same
   * time: the cluster takes two for one, and gives the lock to both.
   */
  public LockOptions owner(String owner) {
    return new LockOptions(
        Objects.requireNonNull(owner, "owner"), timeout, renewed, shared, atMost);
  }

  public LockOptions timeout(Duration timeout) {
    return new LockOptions(owner, timeout, renewed, shared, atMost);
  }

  /**
   * Whether the client renews the lock, and releases it when the client is closed; default: true.
   * Else the lock is held for its time to live, or for as long as {@link Locks#renew} is called in
   * time, by any process. {@link Lock#isHeld} tells of the first time to live only.
   */
  public LockOptions renewed(boolean renewed) {
    return new LockOptions(owner, timeout, renewed, shared, atMost);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LockOptions that
        && Objects.equals(owner, that.owner)
        && Objects.equals(timeout, that.timeout)
        && renewed == that.renewed
        && shared == that.shared
        && atMost == that.atMost;
  }

  @Override
  public int hashCode() {
    return Objects.hash(owner, timeout, renewed, shared, atMost);
  }

  @Override
  public String toString() {
    return "LockOptions[owner="
        + owner
        + ", timeout="
        + timeout
        + ", renewed="
        + renewed
        + ", shared="
        + shared
        + ", atMost="
        + atMost
        + "]";
  }
}
