package io.quorate.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How one acquisition of a lock differs from the defaults. */
public final class LockOptions {
  /** An owner of its own, the client's timeout, renewed by the client. */
  public static final LockOptions DEFAULT = new LockOptions(null, null, true);

  private final @Nullable String owner;
  private final @Nullable Duration timeout;
  private final boolean renewed;

  private LockOptions(@Nullable String owner, @Nullable Duration timeout, boolean renewed) {
    Times.checkTimeout(timeout);
    this.owner = owner;
    this.timeout = timeout;
    this.renewed = renewed;
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

  /**
   * Acquires for an owner with this name, 1 to 255 bytes of UTF-8. An owner that holds the lock
   * through this client already holds it once more, under the same token and with the time to live
   * that it has; it is given up by the last release. No other client may use the name at the same
   * time: the cluster takes two for one, and gives the lock to both.
   */
  public LockOptions owner(String owner) {
    return new LockOptions(Objects.requireNonNull(owner, "owner"), timeout, renewed);
  }

  public LockOptions timeout(Duration timeout) {
    return new LockOptions(owner, timeout, renewed);
  }

  /**
   * Whether the client renews the lock, and releases it when the client is closed; default: true.
   * Else the lock is held for its time to live, or for as long as {@link Locks#renew} is called in
   * time, by any process. {@link Lock#isHeld} tells of the first time to live only.
   */
  public LockOptions renewed(boolean renewed) {
    return new LockOptions(owner, timeout, renewed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LockOptions that
        && Objects.equals(owner, that.owner)
        && Objects.equals(timeout, that.timeout)
        && renewed == that.renewed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(owner, timeout, renewed);
  }

  @Override
  public String toString() {
    return "LockOptions[owner=" + owner + ", timeout=" + timeout + ", renewed=" + renewed + "]";
  }
}
