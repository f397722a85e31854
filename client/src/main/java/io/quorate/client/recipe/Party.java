package io.quorate.client.recipe;

import io.quorate.client.Lock;
import io.quorate.client.Locks;
import io.quorate.client.QuorateException;
import io.quorate.client.recipe.RoundState.Stage;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/** A party in a round that has begun. */
final class Party implements BarrierRound {
  private final long round;
  private final String key;
  private final String id;
  private final Set<String> parties;
  private final Lock lock;
  private final Rounds rounds;
  private final Locks locks;
  private final RecipeClock clock;

  Party(
      long round,
      String key,
      String id,
      Set<String> parties,
      Lock lock,
      Rounds rounds,
      Locks locks,
      RecipeClock clock) {
    this.round = round;
    this.key = key;
    this.id = id;
    this.parties = Collections.unmodifiableSet(new TreeSet<>(parties));
    this.lock = lock;
    this.rounds = rounds;
    this.locks = locks;
    this.clock = clock;
  }

  @Override
  public long round() {
    return round;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Set<String> parties() {
    return parties;
  }

  @Override
  public boolean isAwaited() {
    return lock.isHeld();
  }

  @Override
  public Set<String> leave(Duration waitAtMost) throws InterruptedException, TimeoutException {
    long until = clock.until(waitAtMost.toNanos());
    Backoff backoff = new Backoff(50, 1_000);
    try (HolderChanges changes = new HolderChanges(locks, key, clock)) {
      while (true) {
        try {
          RoundState state = look();
          if (state.parties(Stage.IN).isEmpty()) {
            return state.parties(Stage.GIVEN_UP);
          }
          if (until - clock.nanos() <= 0) {
            throw new TimeoutException(
                "parties that are still in round " + round + ": " + state.parties(Stage.IN));
          }
          backoff.reset();
        } catch (QuorateException | CancellationException failure) {
          Trouble.throwUnlessItPasses(failure);
          long left = until - clock.nanos();
          if (left <= 0) {
            throw failure;
          }
          clock.pause(Math.min(left, backoff.nextNanos()));
        }
        changes.await(Math.max(0, until - clock.nanos()));
      }
    }
  }

  /** Returns the round as it is, without this party in it, nor those whose time is over. */
  private RoundState look() throws InterruptedException {
    // A party writes down that it has left before it releases the lock: so one that is in, and does
    // not hold it, is gone. What is written here fails if the round has changed since it was read.
    Set<String> holders = rounds.holders(key);
    while (true) {
      Trouble.throwIfInterrupted();
      RoundState state = rounds.state(key);
      if (state == null || !state.has(id)) {
        throw new IllegalStateException("round " + round + " at " + key + " was forgotten");
      }
      Set<String> gone = state.parties(Stage.IN);
      gone.removeAll(holders);
      gone.remove(id);
      RoundState next = state.with(Set.of(id), Stage.LEFT).with(gone, Stage.GIVEN_UP);
      boolean changes = !next.parties(Stage.IN).equals(state.parties(Stage.IN));
      if (!changes || rounds.change(key, state, next)) {
        var unused = lock.releaseAsync();
        return next;
      }
    }
  }

  @Override
  public String toString() {
    return "BarrierRound[round=" + round + ", id=" + id + ", parties=" + parties + "]";
  }
}
