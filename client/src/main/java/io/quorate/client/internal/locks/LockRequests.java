package io.quorate.client.internal.locks;

import io.quorate.client.HeldLock;
import io.quorate.client.LockStatus;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.engine.Asking;
import io.quorate.client.internal.engine.Asking.Answered;
import io.quorate.client.internal.engine.Asking.Effect;
import io.quorate.client.internal.engine.Statuses;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.AcquireLockResponse;
import io.quorate.proto.v1.ListLocksRequest;
import io.quorate.proto.v1.ListLocksResponse;
import io.quorate.proto.v1.Lock;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.ReleaseLockRequest;
import io.quorate.proto.v1.ReleaseLockResponse;
import io.quorate.proto.v1.RenewLocksRequest;
import io.quorate.proto.v1.RenewLocksResponse;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.ShowLockResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Requests about locks, and what nodes answer, as values. */
final class LockRequests {
  /** A node that is stopped must not use up the time that others would need. */
  private static final long ATTEMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

  /**
   * The same for releases of a client that is closed: it has a second for all of them, in which a
   * node that is stopped may come first. One that is asked for again says that nothing was held.
   */
  private static final long AT_CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /**
   * A node that keeps no lock of that name says so at once, and the next one may answer in time.
   */
  private static final long NEVER_LATE = 0;

  private static final int DOUBLINGS_MAX = 5;

  private final Loop loop;
  private final LockNodes nodes;

  LockRequests(Loop loop, LockNodes nodes) {
    this.loop = loop;
    this.nodes = nodes;
  }

  /**
   * Acquires a lock. It may be asked for again under the same owner, so it is until the outcome is
   * known.
   *
   * @return the token; none if others hold the lock until the wait is over
   */
  CompletableFuture<Answered<OptionalLong>> acquire(String name, String owner, Acquisition wanted) {
    Asking.Terms terms =
        new Asking.Terms(
            "acquisition of lock " + Quoted.of(name),
            Effect.ONCE,
            wanted.deadlineNanos(),
            round -> leftNanos(wanted.waitUntilNanos()) + attemptNanos(round),
            wanted.waits(),
            LockRequests::anotherMay,
            NEVER_LATE);
    return translated(
        nodes.ask(
            LocksGrpc.getAcquireLockMethod(),
            () ->
                AcquireLockRequest.newBuilder()
                    .setName(name)
                    .setOwner(owner)
                    .setTtlMs(wanted.ttlMillis())
                    .setWaitMs(TimeUnit.NANOSECONDS.toMillis(leftNanos(wanted.waitUntilNanos())))
                    .setShared(wanted.mode().shared())
                    .setAtMost(wanted.mode().atMost())
                    .build(),
            terms,
            AcquireLockResponse::getForwarded),
        LockRequests::token);
  }

  private static <A, B> CompletableFuture<Answered<B>> translated(
      CompletableFuture<Answered<A>> asked, Function<A, B> translation) {
    return then(
        asked,
        answered -> new Answered<>(translation.apply(answered.answer()), answered.sentNanos()));
  }

  /** As {@code thenApply}, but who cancels what this returns cancels the question, too. */
  private static <A, B> CompletableFuture<B> then(
      CompletableFuture<A> asked, Function<A, B> translation) {
    CompletableFuture<B> translated = asked.thenApply(translation);
    var unused =
        translated.whenComplete(
            (answer, failure) -> {
              if (failure instanceof CancellationException) {
                asked.cancel(false);
              }
            });
    return translated;
  }

  private static OptionalLong token(AcquireLockResponse answer) {
    return answer.hasGranted()
        ? OptionalLong.of(answer.getGranted().getToken())
        : OptionalLong.empty();
  }

  private long leftNanos(long untilNanos) {
    return Math.max(0, untilNanos - loop.nanos());
  }

  /**
   * Renews all locks of some owners.
   *
   * @param attemptNanos how long one node may take
   */
  CompletableFuture<Answered<List<HeldLock>>> renew(
      Collection<String> owners, long deadlineNanos, long attemptNanos) {
    return translated(
        nodes.ask(
            LocksGrpc.getRenewLocksMethod(),
            () -> RenewLocksRequest.newBuilder().addAllOwners(owners).build(),
            terms(
                "renewal of the locks of "
                    + (owners.size() == 1
                        ? Quoted.of(owners.iterator().next())
                        : owners.size() + " owners"),
                Effect.ONCE,
                deadlineNanos,
                round -> doubled(attemptNanos, round)),
            RenewLocksResponse::getForwarded),
        answer -> locks(answer.getLocksList()));
  }

  CompletableFuture<List<HeldLock>> renew(String owner, long deadlineNanos) {
    return renew(List.of(owner), deadlineNanos, ATTEMPT_NANOS).thenApply(Answered::answer);
  }

  /**
   * Releases a lock.
   *
   * @param closing whether the client is being closed, so that no caller asks what was held
   */
  CompletableFuture<Boolean> release(
      String name, String owner, long token, long deadlineNanos, boolean closing) {
    long attemptNanos = closing ? AT_CLOSE_NANOS : ATTEMPT_NANOS;
    return nodes
        .ask(
            LocksGrpc.getReleaseLockMethod(),
            () ->
                ReleaseLockRequest.newBuilder()
                    .setName(name)
                    .setOwner(owner)
                    .setToken(token)
                    .build(),
            terms(
                "release of lock " + Quoted.of(name),
                Effect.ONCE,
                deadlineNanos,
                round -> doubled(attemptNanos, round)),
            ReleaseLockResponse::getForwarded)
        .thenApply(Answered::answer)
        .thenApply(ReleaseLockResponse::getWasHeld);
  }

  CompletableFuture<LockStatus> show(String name, long deadlineNanos) {
    return nodes
        .ask(
            LocksGrpc.getShowLockMethod(),
            () -> ShowLockRequest.newBuilder().setName(name).build(),
            terms(
                "lock " + Quoted.of(name), Effect.NONE, deadlineNanos, LockRequests::attemptNanos),
            ShowLockResponse::getForwarded)
        .thenApply(Answered::answer)
        .thenApply(LockRequests::status);
  }

  /**
   * Asks who holds a lock, and waits until that is not what was seen.
   *
   * @param seen number of what was seen; null: nothing
   * @param waitNanos how long a node waits for a change
   * @param deadlineNanos when it is given up, beside that time
   * @return empty if nothing has changed
   */
  CompletableFuture<Optional<Watching.Seen>> watch(
      String name, @Nullable Long seen, long waitNanos, long deadlineNanos) {
    CompletableFuture<Answered<ShowLockResponse>> asked =
        nodes.ask(
            LocksGrpc.getShowLockMethod(),
            () ->
                ShowLockRequest.newBuilder()
                    .setName(name)
                    .setWaitMs(TimeUnit.NANOSECONDS.toMillis(waitNanos))
                    .setSeen(seen == null ? 0 : seen)
                    .build(),
            new Asking.Terms(
                "watch of lock " + Quoted.of(name),
                Effect.NONE,
                deadlineNanos + waitNanos,
                round -> waitNanos + attemptNanos(round),
                waitNanos > 0,
                LockRequests::anotherMay,
                NEVER_LATE),
            ShowLockResponse::getForwarded);
    return then(asked, answered -> seen(answered.answer()));
  }

  private static Optional<Watching.Seen> seen(ShowLockResponse answer) {
    return answer.getUnchanged()
        ? Optional.empty()
        : Optional.of(new Watching.Seen(status(answer), answer.getChanged()));
  }

  private static LockStatus status(ShowLockResponse answer) {
    return LockStatus.of(locks(answer.getHoldersList()), answer.getWaitingList());
  }

  /** Lists page by page. */
  CompletableFuture<List<HeldLock>> list(String prefix, long deadlineNanos) {
    return list(prefix, "", new ArrayList<>(), deadlineNanos);
  }

  private CompletableFuture<List<HeldLock>> list(
      String prefix, String after, List<HeldLock> all, long deadlineNanos) {
    return nodes
        .ask(
            LocksGrpc.getListLocksMethod(),
            () -> ListLocksRequest.newBuilder().setPrefix(prefix).setAfter(after).build(),
            terms("list of locks", Effect.NONE, deadlineNanos, LockRequests::attemptNanos),
            ListLocksResponse::getForwarded)
        .thenApply(Answered::answer)
        .thenCompose(
            page -> {
              page.getLocksList().forEach(each -> all.add(lock(each)));
              return page.getMore() && page.getLocksCount() > 0
                  ? list(prefix, last(page), all, deadlineNanos)
                  : CompletableFuture.completedFuture(List.copyOf(all));
            });
  }

  private static String last(ListLocksResponse page) {
    return page.getLocks(page.getLocksCount() - 1).getName();
  }

  private static List<HeldLock> locks(List<Lock> told) {
    List<HeldLock> locks = new ArrayList<>();
    told.forEach(each -> locks.add(lock(each)));
    return List.copyOf(locks);
  }

  private static HeldLock lock(Lock told) {
    return HeldLock.of(
        told.getName(),
        told.getOwner(),
        told.getToken(),
        Duration.ofMillis(told.getTtlMs()),
        Duration.ofMillis(told.getLeftMs()),
        told.getWaiting(),
        told.getShared(),
        told.getAtMost());
  }

  private static Asking.Terms terms(
      String what, Effect effect, long deadlineNanos, IntToLongFunction attemptNanos) {
    return new Asking.Terms(
        what, effect, deadlineNanos, attemptNanos, false, LockRequests::anotherMay, NEVER_LATE);
  }

  /** Too many locks are too many at each node. */
  private static boolean anotherMay(QuorateException refusal) {
    return Statuses.worthAnotherNode(refusal) && !(refusal instanceof OverloadedException);
  }

  private static long attemptNanos(int round) {
    return doubled(ATTEMPT_NANOS, round);
  }

  private static long doubled(long nanos, int round) {
    return nanos << Math.min(round - 1, DOUBLINGS_MAX);
  }
}
