package io.quorate.client.recipe;

import io.quorate.client.FencedException;
import io.quorate.client.HeldLock;
import io.quorate.client.KeyValue;
import io.quorate.client.Lock;
import io.quorate.client.Locks;
import io.quorate.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An item whose lock this process holds, without renewing it. */
final class TakenItem implements WorkItem {
  private final String id;
  private final StoredItem stored;
  private final Lock lock;
  private final Locks locks;
  private final KeyValue store;
  private final WriteOptions fenced;
  private final RecipeClock clock;

  /** Until when the item is this consumer's. */
  private long untilNanos;

  private boolean givenBack;

  TakenItem(
      String id,
      StoredItem stored,
      Lock lock,
      Locks locks,
      KeyValue store,
      WriteOptions fenced,
      RecipeClock clock) {
    this.id = id;
    this.stored = stored;
    this.lock = lock;
    this.locks = locks;
    this.store = store;
    this.fenced = fenced;
    this.clock = clock;
    this.untilNanos = clock.nanos() + lock.remaining().toNanos();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public byte[] payload() {
    return stored.payload();
  }

  @Override
  public int deliveries() {
    return stored.deliveries();
  }

  @Override
  public long token() {
    return lock.token();
  }

  @Override
  public synchronized Duration remaining() {
    return givenBack ? Duration.ZERO : Duration.ofNanos(Math.max(0, untilNanos - clock.nanos()));
  }

  @Override
  public boolean done() {
    if (isGivenBack()) {
      throw new IllegalStateException("item " + id + " was given back");
    }
    try {
      var unused = store.delete(lock.name().getBytes(StandardCharsets.UTF_8), fenced);
    } catch (FencedException overtaken) {
      letGo();
      return false;
    }
    letGo();
    return true;
  }

  private synchronized boolean isGivenBack() {
    return givenBack;
  }

  /** The answer is of no use: what is deleted may be locked until its time is over. */
  private void letGo() {
    var unused = lock.releaseAsync();
  }

  @Override
  public boolean extend() {
    long asked = clock.nanos();
    for (HeldLock held : locks.renew(lock.owner())) {
      if (held.name().equals(lock.name()) && held.token() == lock.token()) {
        // As the client counts: a hundredth is not relied on.
        long until = asked + lock.ttl().toNanos() / 100 * 99;
        synchronized (this) {
          untilNanos = until;
          return !givenBack;
        }
      }
    }
    synchronized (this) {
      untilNanos = asked;
    }
    return false;
  }

  @Override
  public boolean giveBack() {
    synchronized (this) {
      givenBack = true;
    }
    // Not by the lock itself: that knows the first visibility time alone.
    return locks.release(lock.name(), lock.owner(), lock.token());
  }

  @Override
  public String toString() {
    return "WorkItem[id="
        + id
        + ", deliveries="
        + deliveries()
        + ", token="
        + token()
        + ", remaining="
        + remaining()
        + "]";
  }
}
