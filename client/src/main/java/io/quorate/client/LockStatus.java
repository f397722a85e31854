package io.quorate.client;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who holds a lock, and who waits for it. */
public final class LockStatus {
  private final @Nullable HeldLock held;
  private final List<String> waiting;

  private LockStatus(@Nullable HeldLock held, List<String> waiting) {
    this.held = held;
    this.waiting = List.copyOf(waiting);
  }

  /**
   * Returns one with these parts; each is what the method of its name tells.
   *
   * @param held null if the lock is free
   */
  public static LockStatus of(@Nullable HeldLock held, List<String> waiting) {
    return new LockStatus(held, waiting);
  }

  /** The lock; empty if it is free. */
  public Optional<HeldLock> held() {
    return Optional.ofNullable(held);
  }

  /** Owners that wait for it, the next one first. */
  public List<String> waiting() {
    return waiting;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LockStatus that
        && Objects.equals(held, that.held)
        && waiting.equals(that.waiting);
  }

  @Override
  public int hashCode() {
    return Objects.hash(held, waiting);
  }

  @Override
  public String toString() {
    return "LockStatus[held=" + held + ", waiting=" + waiting + "]";
  }
}
