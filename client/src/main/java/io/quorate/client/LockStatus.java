package io.quorate.client;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who holds a lock, and who waits for it. */
public final class LockStatus {
  private final List<HeldLock> holders;
  private final List<String> waiting;

  private LockStatus(List<HeldLock> holders, List<String> waiting) {
    this.holders = List.copyOf(holders);
    this.waiting = List.copyOf(waiting);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static LockStatus of(List<HeldLock> holders, List<String> waiting) {
    return new LockStatus(holders, waiting);
  }

  /** Whether any owner holds it. */
  public boolean isHeld() {
    return !holders.isEmpty();
  }

  /**
   * The lock as each of its owners holds it, in the order in which they got it: none if it is free,
   * one that holds it alone, or those that share it.
   */
  public List<HeldLock> holders() {
    return holders;
  }

  /** Owners that wait for it, the next one first. */
  public List<String> waiting() {
    return waiting;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LockStatus that
        && holders.equals(that.holders)
        && waiting.equals(that.waiting);
  }

  @Override
  public int hashCode() {
    return Objects.hash(holders, waiting);
  }

  @Override
  public String toString() {
    return "LockStatus[holders=" + holders + ", waiting=" + waiting + "]";
  }
}
