package io.quorate.sim.check;

import io.quorate.sim.kernel.SimWorld;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * No two owners hold a lock at one time, as far as owners can know: an owner relies on a lock from
 * the moment when it hears that it holds it, and until it gives it up, or the time of the lock has
 * passed since it last asked. Also when it has died: its lock is not free before. A later holder
 * has a higher token, no two locks have one, and who relies on a lock is not told that it is gone.
 */
public final class LockHolds {
  private static final String CHECKER = "lock holds";

  private final SimWorld world;
  private final Map<String, Tenure> tenures = new TreeMap<>();
  private final Map<String, Long> highest = new TreeMap<>();

  /** Which lock was held under a token. */
  private final Map<Long, String> lockOf = new TreeMap<>();

  /** What the owner that relied last on a lock knows. */
  private static final class Tenure {
    final String owner;
    final long token;
    long untilNanos;

    Tenure(String owner, long token, long untilNanos) {
      this.owner = owner;
      this.token = token;
      this.untilNanos = untilNanos;
    }

    @Override
    public String toString() {
      return "%s, token %d, until %d ns".formatted(owner, token, untilNanos);
    }
  }

  public LockHolds(SimWorld world) {
    this.world = world;
  }

  /**
   * An owner has heard that it holds a lock.
   *
   * @param untilNanos the time of the lock after the owner asked
   * @return whether it relies on that: not if it heard too late
   */
  public boolean heard(String lock, String owner, long token, long untilNanos) {
    long now = world.nowNanos();
    if (untilNanos <= now) {
      return false;
    }
    Tenure tenure = tenures.get(lock);
    long highestBefore = highest.getOrDefault(lock, 0L);
    if (tenure != null && tenure.owner.equals(owner) && tenure.token == token) {
      tenure.untilNanos = Math.max(tenure.untilNanos, untilNanos);
      return true;
    }
    if (tenure != null && tenure.untilNanos > now) {
      throw new PromiseBroken(
          CHECKER,
          "at %d ns %s holds lock %s under token %d until %d ns, and so does %s"
              .formatted(now, owner, lock, token, untilNanos, tenure));
    }
    if (token <= highestBefore) {
      throw new PromiseBroken(
          CHECKER,
          "%s holds lock %s under token %d, after token %d"
              .formatted(owner, lock, token, highestBefore));
    }
    String other = lockOf.putIfAbsent(token, lock);
    if (other != null && !other.equals(lock)) {
      throw new PromiseBroken(
          CHECKER,
          "locks %s and %s were granted under one token, %d".formatted(other, lock, token));
    }
    highest.put(lock, token);
    tenures.put(lock, new Tenure(owner, token, untilNanos));
    return true;
  }

  /** An owner has heard, having renewed, that it holds a lock no more. */
  public void heardOfEnd(String lock, String owner, long token) {
    Tenure tenure = relied(lock, owner, token);
    if (tenure != null && tenure.untilNanos > world.nowNanos()) {
      throw new PromiseBroken(
          CHECKER,
          "at %d ns lock %s is gone, which is held by %s"
              .formatted(world.nowNanos(), lock, tenure));
    }
  }

  /** An owner gives a lock up: it relies on it no more. */
  public void givesUp(String lock, String owner, long token) {
    Tenure tenure = relied(lock, owner, token);
    if (tenure != null) {
      tenure.untilNanos = world.nowNanos();
    }
  }

  private @Nullable Tenure relied(String lock, String owner, long token) {
    Tenure tenure = tenures.get(lock);
    return tenure != null && tenure.owner.equals(owner) && tenure.token == token ? tenure : null;
  }
}
