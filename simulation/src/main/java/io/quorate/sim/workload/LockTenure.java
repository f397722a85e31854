package io.quorate.sim.workload;

import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockAnswer.Granted;
import io.quorate.locks.LockAnswer.Held;
import io.quorate.locks.LockAnswer.Renewed;
import io.quorate.locks.LockMode;
import io.quorate.locks.LockRequest;
import io.quorate.sim.check.LockHolds;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try to hold a lock, and what comes of it: the owner renews now and then, at times too late,
 * and releases the lock, or dies.
 */
public final class LockTenure {
  private static final long MILLIS = 1_000_000;
  private static final long NOT_READY_NANOS = 300 * MILLIS;
  private static final long ANSWER_MILLIS = 700;

  /** An owner that had to wait renews before it relies on the lock, as the library does. */
  private static final long RELIES_WITHIN_NANOS = 50 * MILLIS;

  /** How owners hold locks: alone, shared, or as semaphores. */
  public static LockMode mode(SimRandom random) {
    return random.pick(
        List.of(
            LockMode.EXCLUSIVE,
            LockMode.EXCLUSIVE,
            LockMode.SHARED,
            LockMode.SHARED,
            LockMode.sharedAmong(2),
            LockMode.sharedAmong(3)));
  }

  /** How an owner asks. */
  public interface Asking {
    SimWorld world();

    SimRandom random();

    /**
     * A release was not answered, and may yet be carried out: the owner must not acquire the lock
     * again under its name, for it may get it under the same token.
     */
    void changesName();

    /** Counts a window. */
    void counts(String window);

    /** Does something later. */
    void later(long nanos, Runnable what);

    /**
     * Asks any node.
     *
     * @param heard told once; null if nothing was heard
     */
    void ask(LockRequest request, long millis, Consumer<@Nullable LockAnswer> heard);
  }

  /** A tenure is over within the time that clients have when all is healed. */
  private static final long RENEWS_FOR_NANOS = 3_000 * MILLIS;

  /** A late renewal waits for all of the time of the lock: longer ones would not end in time. */
  private static final long LATE_TTL_MILLIS_MAX = 1_000;

  private final Asking client;
  private final LockHolds holds;
  private final String lock;
  private final String owner;
  private final LockMode mode;
  private final long ttlMillis;
  private final long waitMillis;
  private final Runnable done;
  private int renewals;
  private long begunNanos;
  private long untilNanos;
  private long token;

  public LockTenure(
      Asking client,
      LockHolds holds,
      String lock,
      String owner,
      LockMode mode,
      long ttlMillis,
      long waitMillis,
      Runnable done) {
    this.client = client;
    this.holds = holds;
    this.lock = lock;
    this.owner = owner;
    this.mode = mode;
    this.ttlMillis = ttlMillis;
    this.waitMillis = waitMillis;
    this.done = done;
  }

  public void begin() {
    renewals = (int) client.random().between(0, 4);
    long sent = now();
    begunNanos = sent;
    boolean shared = holds.isShared(lock);
    client.ask(
        new LockRequest.Acquire(lock, owner, ttlMillis, waitMillis, mode),
        waitMillis + ANSWER_MILLIS,
        answer -> {
          if (answer instanceof Granted && shared && !mode.shared()) {
            client.counts("locks: exclusive after shared ones");
          }
          acquired(sent, answer);
        });
  }

  private void acquired(long sent, @Nullable LockAnswer answer) {
    if (!(answer instanceof Granted granted)) {
      client.counts("locks: " + (answer == null ? "unheard" : nameOf(answer)));
      boolean notNow =
          answer instanceof LockAnswer.Refused refused
              && refused.kind() != LockAnswer.Kind.TOO_MANY
              && refused.kind() != LockAnswer.Kind.HELD_OTHERWISE;
      client.later(notNow ? NOT_READY_NANOS : 0, done);
      return;
    }
    client.counts("locks: granted");
    token = granted.token();
    if (now() - sent > RELIES_WITHIN_NANOS) {
      client.counts("locks: renewed before it is relied on");
      renew();
    } else {
      relies(sent);
      next();
    }
  }

  private void relies(long sent) {
    long until = sent + TimeUnit.MILLISECONDS.toNanos(ttlMillis);
    if (holds.heard(lock, owner, mode, token, until)) {
      untilNanos = until;
    }
  }

  private void next() {
    if (renewals-- > 0 && now() - begunNanos < RENEWS_FOR_NANOS) {
      boolean late = client.random().chance(0.15) && ttlMillis <= LATE_TTL_MILLIS_MAX;
      long left = Math.max(0, untilNanos - now());
      long pause =
          late
              ? left + client.random().between(0, 80 * MILLIS)
              : client.random().between(0, left / 2 + 1);
      client.counts(late ? "locks: renewed late" : "locks: renewed");
      client.later(pause, this::renew);
    } else if (client.random().chance(0.25)) {
      client.counts("locks: holder died");
      done.run(); // its lock is held until its time is over
    } else {
      release();
    }
  }

  private void renew() {
    long sent = now();
    client.ask(new LockRequest.Renew(owner), ANSWER_MILLIS, answer -> renewed(sent, answer));
  }

  private void renewed(long sent, @Nullable LockAnswer answer) {
    if (!(answer instanceof Renewed renewed)) {
      client.counts("locks: renewal not answered");
      next();
      return;
    }
    for (Held held : renewed.held()) {
      if (held.name().equals(lock) && held.token() == token) {
        relies(sent);
        next();
        return;
      }
    }
    client.counts("locks: lost");
    holds.heardOfEnd(lock, owner, token);
    done.run();
  }

  private void release() {
    holds.givesUp(lock, owner, token);
    client.ask(
        new LockRequest.Release(lock, owner, token),
        ANSWER_MILLIS,
        answer -> {
          released(answer);
          if (client.random().chance(0.2)) {
            client.counts("locks: released twice");
            client.later(client.random().between(0, 200 * MILLIS), this::releaseAgain);
          } else {
            done.run();
          }
        });
  }

  /** What was released may be another's by now. */
  private void releaseAgain() {
    client.ask(
        new LockRequest.Release(lock, owner, token),
        ANSWER_MILLIS,
        answer -> {
          released(answer);
          done.run();
        });
  }

  private void released(@Nullable LockAnswer answer) {
    if (!(answer instanceof LockAnswer.Released)) {
      client.changesName();
    }
  }

  private long now() {
    return client.world().nowNanos();
  }

  private static String nameOf(LockAnswer answer) {
    return answer instanceof LockAnswer.Refused refused
        ? "refused, " + refused.kind()
        : answer.getClass().getSimpleName();
  }
}
