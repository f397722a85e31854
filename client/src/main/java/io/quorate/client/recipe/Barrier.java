package io.quorate.client.recipe;

import io.quorate.client.KeyValue;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.Locks;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Has a number of parties wait for each other, before they begin a round and after it.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("barriers", TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
 *   Barrier barrier =
 *       Barrier.of(
 *           client.locks(),
 *           client.keyValue(),
 *           "load",
 *           1, // as many as there are processes
 *           BarrierOptions.DEFAULT.tenant("barriers").party("host-7"));
 *   BarrierRound round = barrier.enter(1, Duration.ofMinutes(1));
 *   System.out.println("all are in: " + round.parties());
 *   Set<String> givenUp = round.leave(Duration.ofMinutes(1));
 *   System.out.println(givenUp.isEmpty() ? "all are done" : "have failed: " + givenUp);
 * }
 * }</pre>
 *
 * <p>Each party shares a lock of the round, which the client renews. A round begins in the moment
 * in which one of them sees that all hold it, and writes down who they are, in a key of a tenant
 * with model LINEARIZABLE. So either all of these have entered, or none: one that gives up before
 * has the round broken for all. A party that dies before the round begins is not counted once the
 * time of its lock is over, and another one, or itself when it is back, may take its place. One
 * that dies in the round is given up by those that wait for it to leave; that is written down, too,
 * so that all agree on it. A process that lives and hangs is awaited, as its client goes on to
 * renew.
 *
 * <p>Rounds have numbers, each of which is used once: the next round is another number. A round
 * leaves a key behind, {@code name/number}, until it is {@linkplain #forget forgotten}. All parties
 * change one key: it is meant for some hundred of them at most.
 *
 * <p>Safe for many threads at once; each call of {@link #enter} is a party of its own.
 */
public final class Barrier {
  private final Locks locks;
  private final Rounds rounds;
  private final String name;
  private final int parties;
  private final BarrierOptions options;
  private final RecipeClock clock;

  private Barrier(
      Locks locks,
      Rounds rounds,
      String name,
      int parties,
      BarrierOptions options,
      RecipeClock clock) {
    this.locks = locks;
    this.rounds = rounds;
    this.name = name;
    this.parties = parties;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Returns the barrier of a name.
   *
   * @param name 1 to 200 bytes of UTF-8
   * @param parties how many wait for each other, 1 to 1,000; all name the same number
   */
  public static Barrier of(
      Locks locks, KeyValue store, String name, int parties, BarrierOptions options) {
    return of(locks, store, name, parties, options, RecipeClock.SYSTEM);
  }

  static Barrier of(
      Locks locks,
      KeyValue store,
      String name,
      int parties,
      BarrierOptions options,
      RecipeClock clock) {
    if (parties < 1) {
      throw new IllegalArgumentException("a barrier of " + parties + " parties");
    }
    return new Barrier(
        locks,
        new Rounds(locks, store, options.tenant()),
        Ids.check("name of a barrier", name),
        parties,
        options,
        clock);
  }

  /**
   * Enters a round, and waits until all parties have.
   *
   * @param round its number
   * @param waitAtMost how long to wait; the answer may take some timeouts of the client longer
   * @return to be left
   * @throws TimeoutException not all parties came in time: the round is broken for all that have
   *     entered
   * @throws BrokenBarrierException another party gave up, or the round has begun without this one:
   *     with as many others, or while the time of its lock was over
   * @throws InterruptedException the round is broken, unless no node can be reached, or it has
   *     begun: then this party is given up when the time of its lock is over
   * @throws OutcomeUnknownException the wait is over, and whether the round is broken or has begun
   *     is not known
   * @throws QuorateException no node could be reached until the wait was over, or of a kind that
   *     does not pass
   */
  public BarrierRound enter(long round, Duration waitAtMost)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    Entering entering = new Entering(round, clock.until(waitAtMost.toNanos()));
    BarrierRound entered = null;
    try {
      entered = entering.enter();
      return entered;
    } finally {
      if (entered == null) {
        entering.letGo();
      }
    }
  }

  /**
   * Deletes what a round has left behind. To be called when no party is in it, nor will be: one
   * that is in it gets an {@link IllegalStateException} when it leaves.
   *
   * @throws OutcomeUnknownException it may be deleted
   */
  public void forget(long round) {
    rounds.forget(key(round));
  }

  /** Of the round's state, and of its lock. */
  private String key(long round) {
    return name + "/" + round;
  }

  /** One party on its way in. */
  private final class Entering {
    private final long round;
    private final String key;
    private final String party = Ids.unique(options.party());
    private final long untilNanos;
    private @Nullable Lock lock;

    Entering(long round, long untilNanos) {
      this.round = round;
      this.key = key(round);
      this.untilNanos = untilNanos;
    }

    BarrierRound enter() throws InterruptedException, BrokenBarrierException, TimeoutException {
      Backoff backoff = new Backoff(50, 1_000);
      try (HolderChanges changes = new HolderChanges(locks, key, clock)) {
        while (true) {
          try {
            BarrierRound entered = look();
            if (entered != null) {
              return entered;
            }
            if (left() <= 0) {
              return giveUp();
            }
            backoff.reset();
          } catch (QuorateException | CancellationException failure) {
            Trouble.throwUnlessItPasses(failure);
            if (left() <= 0) {
              throw failure;
            }
            clock.pause(Math.min(left(), backoff.nextNanos()));
          }
          changes.await(Math.max(0, left()));
        }
      } catch (InterruptedException interrupted) {
        breakIfPossible();
        throw interrupted;
      }
    }

    private long left() {
      return untilNanos - clock.nanos();
    }

    /** Returns null if the round has not begun. */
    private @Nullable BarrierRound look() throws InterruptedException, BrokenBarrierException {
      BarrierRound begun = begun(rounds.state(key));
      if (begun != null) {
        return begun;
      }
      Lock mine = lock;
      if (mine == null || !mine.isHeld()) {
        letGo();
        LockOptions shared = LockOptions.DEFAULT.owner(party).sharedAmong(parties);
        mine = locks.tryAcquire(key, options.ttl(), shared).orElse(null);
        lock = mine;
        Trouble.throwIfInterrupted();
        if (mine == null) {
          return null; // as many others are there: the round is about to begin, or one leaves
        }
      }
      Set<String> holders = rounds.holders(key);
      if (holders.size() < parties || !holders.contains(party)) {
        return null;
      }
      if (rounds.change(key, null, RoundState.begun(holders))) {
        return new Party(round, key, party, holders, mine, rounds, locks, clock);
      }
      return begun(rounds.state(key));
    }

    private @Nullable BarrierRound begun(@Nullable RoundState state) throws BrokenBarrierException {
      if (state == null) {
        return null;
      }
      Lock mine = lock;
      if (state.isBroken()) {
        throw new BrokenBarrierException(
            "round " + round + " of barrier " + name + ": a party gave up before all had entered");
      }
      if (mine == null || !state.has(party)) {
        throw new BrokenBarrierException(
            "round " + round + " of barrier " + name + " has begun without this party");
      }
      return new Party(round, key, party, state.parties(), mine, rounds, locks, clock);
    }

    /** The wait is over: has all know it, unless the round has begun. */
    private BarrierRound giveUp() throws BrokenBarrierException, TimeoutException {
      if (lock != null && !rounds.change(key, null, RoundState.BROKEN)) {
        BarrierRound begun = begun(rounds.state(key));
        if (begun != null) {
          return begun;
        }
      }
      throw new TimeoutException(
          "round "
              + round
              + " of barrier "
              + name
              + ": not all of the "
              + parties
              + " parties have entered in time");
    }

    private void breakIfPossible() {
      if (lock == null) {
        return;
      }
      try {
        boolean unused = rounds.change(key, null, RoundState.BROKEN);
      } catch (QuorateException | CancellationException unreachable) {
        // The others notice by the time of the lock that this party is gone.
      }
    }

    void letGo() {
      if (lock != null) {
        var unused = lock.releaseAsync();
        lock = null;
      }
    }
  }
}
