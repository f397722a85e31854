package io.quorate.sim.check;

import io.quorate.locks.LockMode;
import io.quorate.sim.kernel.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive lock has one holder, and a request with a limit is granted only while the lock has
 * fewer holders than that, as far as owners can know: an owner relies on a lock from when it hears
 * that it holds it, and until it gives it up, or the time of the lock has passed since it last
 * asked. Also when it has died: its lock is not free before. No two grants have one token, an
 * exclusive holder has a higher one than all before it and a lower one than all after it, and who
 * relies on a lock is not told that it is gone.
 *
 * <p>A group that is founded again, since its voters are lost for good, knows of no lock
 * (docs/design/locks.md#keepers). Once a token of it was heard, locks under earlier tokens are not
 * checked any more.
 */
public final class LockHolds {
  private static final String CHECKER = "lock holds";

  /** Tokens of groups that were founded again, or recovered, one after the other differ here. */
  private static final int FOUNDED_AGAIN_BITS = 36;

  private final SimWorld world;
  private final Consumer<String> windows;

  /** How often the group has been founded again, or recovered, by the tokens that were heard. */
  private long foundedAgain;

  /** What owners know that have relied on a lock: none that an exclusive holder came after. */
  private final Map<String, List<Tenure>> tenures = new TreeMap<>();

  private final Map<String, Long> highest = new TreeMap<>();
  private final Map<String, Long> highestExclusive = new TreeMap<>();

  /** Which lock was held by whom under a token. */
  private final Map<Long, String> grants = new TreeMap<>();

  /** That an owner heard too early that its lock is gone, unless the group was founded again. */
  private @Nullable PromiseBroken gone;

  private long goneWhenFounded;

  /** What an owner that has relied on a lock knows. */
  private static final class Tenure {
    final String owner;
    final LockMode mode;
    final long token;
    long untilNanos;

    Tenure(String owner, LockMode mode, long token, long untilNanos) {
      this.owner = owner;
      this.mode = mode;
      this.token = token;
      this.untilNanos = untilNanos;
    }

    @Override
    public String toString() {
      return "%s, %s, token %d, until %d ns".formatted(owner, mode, token, untilNanos);
    }
  }

  /**
   * @param windows told what the runs have met
   */
  public LockHolds(SimWorld world, Consumer<String> windows) {
    this.world = world;
    this.windows = windows;
  }

  /**
   * An owner has heard that it holds a lock.
   *
   * @param untilNanos the time of the lock after the owner asked
   * @return whether it relies on that: not if it heard too late
   */
  public boolean heard(String lock, String owner, LockMode mode, long token, long untilNanos) {
    if (token >>> FOUNDED_AGAIN_BITS > foundedAgain) {
      foundedAgain = token >>> FOUNDED_AGAIN_BITS;
      windows.accept("locks: founded again");
    }
    if (untilNanos <= world.nowNanos() || isOfGroupBefore(token)) {
      return false;
    }
    Tenure known = tenure(lock, owner, token);
    if (known == null) {
      checkToken(lock, owner, mode, token);
      known = new Tenure(owner, mode, token, untilNanos);
      List<Tenure> all = tenures.computeIfAbsent(lock, name -> new ArrayList<>());
      all.removeIf(each -> each.untilNanos <= world.nowNanos());
      all.add(known);
    }
    known.untilNanos = Math.max(known.untilNanos, untilNanos);
    checkHolders(lock);
    return true;
  }

  private void checkToken(String lock, String owner, LockMode mode, long token) {
    long below = (mode.shared() ? highestExclusive : highest).getOrDefault(lock, 0L);
    String grant = lock + " by " + owner;
    String other = grants.putIfAbsent(token, grant);
    boolean again = token == below && grant.equals(other);
    if (token <= below && !again) {
      throw broken(
          "%s holds lock %s under token %d, after token %d".formatted(owner, lock, token, below));
    }
    if (other != null && !other.equals(grant)) {
      throw broken(
          "token %d was granted for lock %s, and for lock %s".formatted(token, other, grant));
    }
    highest.merge(lock, token, Math::max);
    if (!mode.shared()) {
      highestExclusive.put(lock, token);
    }
  }

  /** Who has a lower token has got the lock before: it was held by it when the other one got it. */
  private void checkHolders(String lock) {
    List<Tenure> relying =
        tenures.getOrDefault(lock, List.of()).stream()
            .filter(each -> each.untilNanos > world.nowNanos() && !isOfGroupBefore(each.token))
            .toList();
    for (Tenure each : relying) {
      long before = relying.stream().filter(other -> other.token < each.token).count();
      if (!each.mode.shared() && relying.size() > 1) {
        throw broken(
            "at %d ns lock %s is held by all of %s".formatted(world.nowNanos(), lock, relying));
      }
      if (each.mode.atMost() > 0 && before >= each.mode.atMost()) {
        throw broken(
            "at %d ns %d owners held lock %s before %s: %s"
                .formatted(world.nowNanos(), before, lock, each, relying));
      }
      if (each.mode.atMost() > 1 && before + 1 == each.mode.atMost()) {
        windows.accept("locks: a semaphore is full");
      }
    }
    if (relying.size() > 2) {
      windows.accept("locks: shared by several");
    }
  }

  /** An owner has heard, having renewed, that it holds a lock no more. */
  public void heardOfEnd(String lock, String owner, long token) {
    Tenure tenure = tenure(lock, owner, token);
    if (tenure == null || isOfGroupBefore(token)) {
      return;
    }
    boolean excused = gone != null && goneWhenFounded != foundedAgain;
    if (tenure.untilNanos > world.nowNanos() && (gone == null || excused)) {
      gone =
          broken(
              "at %d ns lock %s is gone, which is held by %s"
                  .formatted(world.nowNanos(), lock, tenure));
      goneWhenFounded = foundedAgain;
    }
  }

  /**
   * A lock was granted after all that was done: that tells whether the group was founded again.
   *
   * @throws PromiseBroken if it was not since an owner heard that its lock is gone
   */
  public void rests() {
    if (gone != null && goneWhenFounded == foundedAgain) {
      throw gone;
    }
  }

  /** An owner gives a lock up: it relies on it no more. */
  public void givesUp(String lock, String owner, long token) {
    Tenure tenure = tenure(lock, owner, token);
    if (tenure != null) {
      tenure.untilNanos = world.nowNanos();
    }
  }

  /** Whether owners that share a lock rely on it now. */
  public boolean isShared(String lock) {
    return tenures.getOrDefault(lock, List.of()).stream()
        .anyMatch(each -> each.mode.shared() && each.untilNanos > world.nowNanos());
  }

  private boolean isOfGroupBefore(long token) {
    return token >>> FOUNDED_AGAIN_BITS < foundedAgain;
  }

  private @Nullable Tenure tenure(String lock, String owner, long token) {
    return tenures.getOrDefault(lock, List.of()).stream()
        .filter(each -> each.owner.equals(owner) && each.token == token)
        .findFirst()
        .orElse(null);
  }

  private static PromiseBroken broken(String what) {
    return new PromiseBroken(CHECKER, what);
  }
}
