package io.quorate.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A lock that some owner holds, as the cluster tells it. */
public final class HeldLock {
  private final String name;
  private final String owner;
  private final long token;
  private final Duration ttl;
  private final Duration left;
  private final int waiting;
  private final boolean shared;
  private final int atMost;

  private HeldLock(
      String name,
      String owner,
      long token,
      Duration ttl,
      Duration left,
      int waiting,
      boolean shared,
      int atMost) {
    this.name = name;
    this.owner = owner;
    this.token = token;
    this.ttl = ttl;
    this.left = left;
    this.waiting = waiting;
    this.shared = shared;
    this.atMost = atMost;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static HeldLock of(
      String name,
      String owner,
      long token,
      Duration ttl,
      Duration left,
      int waiting,
      boolean shared,
      int atMost) {
    return new HeldLock(name, owner, token, ttl, left, waiting, shared, atMost);
  }

  public String name() {
    return name;
  }

  public String owner() {
    return owner;
  }

  /** The token under which it was granted: each later grant has a higher one. */
  public long token() {
    return token;
  }

  /** How long it is held without a renewal. */
  public Duration ttl() {
    return ttl;
  }

  /** How long it is still held without another renewal, as the cluster counts. */
  public Duration left() {
    return left;
  }

  /** How many owners wait for it. */
  public int waiting() {
    return waiting;
  }

  /** Whether the owner shares it with others. */
  public boolean isShared() {
    return shared;
  }

  /** Among how many owners it wanted to be at most; 0: it named no limit, or does not share it. */
  public int atMost() {
    return atMost;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HeldLock that
        && name.equals(that.name)
        && owner.equals(that.owner)
        && token == that.token
        && ttl.equals(that.ttl)
        && left.equals(that.left)
        && waiting == that.waiting
        && shared == that.shared
        && atMost == that.atMost;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, owner, token, ttl, left, waiting, shared, atMost);
  }

  @Override
  public String toString() {
    return "HeldLock[name="
        + name
        + ", owner="
        + owner
        + ", token="
        + token
        + ", ttl="
        + ttl
        + ", left="
        + left
        + ", waiting="
        + waiting
        + ", shared="
        + shared
        + ", atMost="
        + atMost
        + "]";
  }
}
