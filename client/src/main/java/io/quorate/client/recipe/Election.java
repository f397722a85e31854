package io.quorate.client.recipe;

import io.quorate.client.ClientClosedException;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.HeldLock;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.LockStatus;
import io.quorate.client.LockWatch;
import io.quorate.client.Locks;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has one of several processes lead: the holder of a lock, which has the name of the election.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Election election =
 *       Election.of(
 *           client.locks(), "scheduler", ElectionOptions.DEFAULT.candidate("host-7"));
 *   CountDownLatch led = new CountDownLatch(1);
 *   Candidacy candidacy =
 *       election.runWhileLeader(
 *           leadership -> {
 *             while (leadership.isLeader()) {
 *               System.out.println("one step, under token " + leadership.token());
 *               led.countDown();
 *               Thread.sleep(100); // is interrupted when this is to stop
 *             }
 *           });
 *   led.await();
 *   candidacy.close(); // when the process ends
 * }
 * }</pre>
 *
 * <p>Candidates stand in line, and the one that has waited longest is the next to lead. It leads
 * when the one before has resigned, or when the time of its lock is over: a leader that fails is
 * replaced after {@link ElectionOptions#ttl} at most, and what the cluster needs to answer. {@link
 * Leadership} says when a leader stops, and what a token is for. What it writes without its
 * {@linkplain WriteOptions#fencedBy token} may take effect after the next one has begun to lead.
 *
 * <p>Safe for many threads at once. Each call campaigns for itself: two of one process compete as
 * two processes do.
 */
public final class Election {
  /** How long one request waits in line; then the next one goes on in the same place. */
  private static final Duration IN_LINE = Duration.ofHours(1);

  static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE / 2);

  /** How long a leadership lasts that is no reason to pause before the next one. */
  static final long LONG_ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Locks locks;
  private final String name;
  private final ElectionOptions options;
  private final RecipeClock clock;
  private final ThreadFactory threads;

  private Election(
      Locks locks, String name, ElectionOptions options, RecipeClock clock, ThreadFactory threads) {
    this.locks = locks;
    this.name = name;
    this.options = options;
    this.clock = clock;
    this.threads = threads;
  }

  /**
   * Returns the election of a name, in which this process may be a candidate.
   *
   * @param name of the lock, too: 1 to 255 bytes of UTF-8; whatever else uses the lock competes
   */
  public static Election of(Locks locks, String name, ElectionOptions options) {
    return of(locks, name, options, RecipeClock.SYSTEM);
  }

  static Election of(Locks locks, String name, ElectionOptions options, RecipeClock clock) {
    return of(locks, name, options, clock, Thread::new);
  }

  /**
   * As {@link #of(Locks, String, ElectionOptions, RecipeClock)}.
   *
   * @param threads makes those that guard leaderships
   */
  static Election of(
      Locks locks, String name, ElectionOptions options, RecipeClock clock, ThreadFactory threads) {
    options.check();
    return new Election(locks, name, options, clock, threads);
  }

  public String name() {
    return name;
  }

  /**
   * Campaigns until elected, also while no node can be reached.
   *
   * @throws InterruptedException it leads nothing, and does not stand in line any more
   * @throws ClientClosedException the client is closed
   * @throws FailedPreconditionException the cluster has no locks
   * @throws InvalidRequestException the name, or the time to live, cannot be
   */
  public Leadership campaign() throws InterruptedException {
    while (true) {
      Optional<Leadership> elected = campaign(UNLIMITED);
      if (elected.isPresent()) {
        return elected.get();
      }
    }
  }

  /**
   * Campaigns for some time.
   *
   * @param waitAtMost how long; zero: not if another one leads. The answer may take the timeout of
   *     the client longer
   * @return to be closed when it is to lead no more; empty if others led until the wait was over
   * @throws QuorateException as {@link #campaign()}; and when the wait is over while no node can be
   *     reached
   */
  public Optional<Leadership> campaign(Duration waitAtMost) throws InterruptedException {
    Term term = elect(waitAtMost, false);
    if (term == null) {
      return Optional.empty();
    }
    boolean guarded = false;
    try {
      guard(term);
      guarded = true;
    } finally {
      if (!guarded) {
        term.release(); // else it would be renewed, with no one there to resign
      }
    }
    return Optional.of(term);
  }

  /** Begins to guard a leadership; fails if there cannot be another thread. */
  private void guard(Term term) {
    Thread guard =
        threads.newThread(
            () -> {
              term.guard(new CompletableFuture<Void>());
              if (term.isToStop()) {
                term.tell();
              }
            });
    guard.setName("quorate-leader-guard-" + name);
    guard.setDaemon(true);
    guard.start();
  }

  /** Returns null if others led until the wait was over. */
  @Nullable Term elect(Duration waitAtMost, boolean hasBody) throws InterruptedException {
    LockOptions owner = LockOptions.DEFAULT.owner(Ids.unique(options.candidate()));
    long until = clock.until(waitAtMost.toNanos());
    Backoff backoff = new Backoff(100, 2_000);
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, until - clock.nanos()));
      Duration wait = left.compareTo(IN_LINE) > 0 ? IN_LINE : left;
      try {
        Optional<Lock> lock = locks.acquire(name, options.ttl(), wait, owner);
        if (lock.isPresent()) {
          return new Term(lock.get(), options.stopBefore(), clock, hasBody);
        }
        Trouble.throwIfInterrupted();
      } catch (QuorateException failure) {
        Trouble.throwUnlessItPasses(failure);
        long pause = backoff.nextNanos();
        if (until - clock.nanos() <= pause) {
          throw failure;
        }
        clock.pause(pause);
        continue;
      }
      if (wait.equals(left)) {
        return null;
      }
    }
  }

  /**
   * Campaigns until the candidacy is closed, and has a task run each time this leads, on a thread
   * of its own. When the task has ended, this resigns and campaigns again: at once if it was told
   * to stop, and after a pause, of 100 ms first and 5 s at most, if it ends sooner than in a second
   * or fails. The task never runs twice at a time. Threads are daemons: they keep no process alive.
   *
   * @return to be closed before the client
   */
  public Candidacy runWhileLeader(LeaderTask task) {
    CandidacyThread candidacy = new CandidacyThread(this, task, options, clock);
    candidacy.start();
    return candidacy;
  }

  /**
   * Tells who leads.
   *
   * @return empty if no one does
   */
  public Optional<Leader> leader() {
    return leaderIn(locks.show(name));
  }

  /**
   * Tells a listener who leads: now, and whenever that changes, as {@link Locks#watch} does. Tokens
   * of those that it is told of rise; it may miss some that led for a moment, and is told of the
   * last one in any case. It is told of none when the lock is free. It runs on the client's event
   * loop, and must not block.
   *
   * @return to be closed when no more is to be told; see {@link Locks#watch}
   */
  public LockWatch observe(Consumer<Optional<Leader>> listener) {
    return locks.watch(name, status -> listener.accept(leaderIn(status)));
  }

  private static Optional<Leader> leaderIn(LockStatus status) {
    List<HeldLock> holders = status.holders();
    return holders.isEmpty()
        ? Optional.empty()
        : Optional.of(Leader.of(holders.get(0).owner(), holders.get(0).token()));
  }
}
