package io.quorate.client.internal.locks;

import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureInfo;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.text.Quoted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one owner does about one lock: one thing after the other, since an acquisition that
 * overtakes a release may get the lock under the same token, which the release then ends
 * (docs/design/locks.md, "What the log says"). Owned by the loop.
 */
final class Slot {
  /** Past an eighth of its time a lock is renewed before it is relied on. */
  private static final int FRESH_PART = 8;

  /** How long before its end a tenure is given up, so that those who hold it hear of it in time. */
  private static final long AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /**
   * Between two looks at an owner that is still in line, and has been given up: it may be granted.
   */
  private static final long IN_LINE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** By then a release that was never answered is on no way any more. */
  private static final long RELEASE_GONE_NANOS = TimeUnit.MINUTES.toNanos(15);

  private final LockKeeper keeper;
  private final Loop loop;
  private final String name;
  private final String owner;

  /** Acquisitions that wait for their turn. */
  private final Deque<Acquisition> queue = new ArrayDeque<>();

  /** The one that is under way, and what it has asked. */
  private @Nullable Acquisition current;

  private @Nullable CompletableFuture<?> asking;

  private @Nullable Tenure tenure;

  /** Releases that are under way: until they are answered, nothing is acquired. */
  private int releases;

  /** Tokens of releases that were given up without an answer: they are sent again first. */
  private final NavigableSet<Long> unreleased = new TreeSet<>();

  Slot(LockKeeper keeper, String name, String owner) {
    this.keeper = keeper;
    this.loop = keeper.loop();
    this.name = name;
    this.owner = owner;
  }

  boolean isIdle() {
    return current == null
        && tenure == null
        && releases == 0
        && queue.isEmpty()
        && unreleased.isEmpty();
  }

  // ---- acquiring

  void acquire(Acquisition wanted) {
    Acquisition before = current;
    if (!wanted.waits() && before != null && before.waits()) {
      wanted.result().complete(Optional.empty());
      return;
    }
    queue.add(wanted);
    Loop.Timer waitTimer =
        wanted.waits()
            ? loop.schedule(() -> onWaitOver(wanted), wanted.waitUntilNanos() - loop.nanos())
            : () -> {};
    var unused =
        wanted
            .result()
            .whenComplete(
                (lock, failure) -> {
                  waitTimer.cancel();
                  if (failure != null) {
                    keeper.onLoop(() -> onCancelled(wanted));
                  }
                });
    proceed();
  }

  /** It may wait for its turn here no longer; one that is under way waits at the nodes. */
  private void onWaitOver(Acquisition wanted) {
    if (queue.remove(wanted)) {
      wanted.result().complete(Optional.empty());
      proceed();
    }
  }

  /** Its caller does not wait any more; where it has failed by itself, it is not current. */
  private void onCancelled(Acquisition wanted) {
    CompletableFuture<?> asked = asking;
    if (current == wanted && asked != null) {
      asked.cancel(false);
    }
  }

  private void proceed() {
    while (current == null && releases == 0) {
      Acquisition next = queue.poll();
      if (next == null) {
        keeper.forgetIfIdle(this, name, owner);
        return;
      }
      if (next.result().isDone()) {
        continue;
      }
      Tenure held = tenure;
      if (held != null && !held.isHeld()) {
        queue.addFirst(next);
        lost(held, true); // and goes on
        return;
      }
      if (held != null && !held.mode.equals(next.mode())) {
        next.result().completeExceptionally(heldOtherwise(held.mode, next.mode()));
      } else if (held != null) {
        hand(next, held);
      } else if (keeper.isClosed()) {
        next.result().completeExceptionally(keeper.closed("acquisition of lock", name));
      } else if (loop.nanos() >= next.deadlineNanos()) {
        next.result().completeExceptionally(releaseUnanswered(null));
      } else if (unreleased.isEmpty()) {
        current = next;
        ask(next);
      } else {
        releaseAgain(next);
      }
    }
  }

  private FailedPreconditionException heldOtherwise(Mode held, Mode wanted) {
    return new FailedPreconditionException(
        "acquisition of lock "
            + Quoted.of(name)
            + ": "
            + Quoted.of(owner)
            + " holds it "
            + held
            + ", and cannot acquire it "
            + wanted
            + ": release the lock first, or acquire it for another owner",
        FailureInfo.NONE);
  }

  private void releaseAgain(Acquisition next) {
    var unused =
        sendRelease(unreleased.first(), next.deadlineNanos())
            .whenComplete(
                (wasHeld, failure) -> {
                  if (failure == null) {
                    queue.addFirst(next);
                  } else {
                    next.result()
                        .completeExceptionally(
                            releaseUnanswered(QuorateException.causeOf(failure)));
                  }
                  proceed();
                });
  }

  private UnavailableException releaseUnanswered(@Nullable QuorateException cause) {
    return new UnavailableException(
        "acquisition of lock "
            + Quoted.of(name)
            + ": not sent, as an earlier release of it by "
            + Quoted.of(owner)
            + " was not answered"
            + (cause == null ? "" : ": " + cause.getMessage()),
        FailureInfo.NONE,
        cause);
  }

  private void ask(Acquisition wanted) {
    var asked = keeper.requests().acquire(name, owner, wanted);
    asking = asked;
    var unused =
        asked.whenComplete(
            (answered, failure) -> {
              asking = null;
              if (failure != null) {
                onNotAcquired(wanted, failure);
              } else if (answered.answer().isEmpty()) {
                ended(wanted);
                wanted.result().complete(Optional.empty());
                proceed();
              } else {
                onGranted(wanted, answered.answer().getAsLong(), answered.sentNanos());
              }
            });
  }

  private void ended(Acquisition wanted) {
    if (current == wanted) {
      current = null;
    }
  }

  private void onNotAcquired(Acquisition wanted, Throwable failure) {
    boolean cancelled = failure instanceof CancellationException;
    QuorateException why = QuorateException.causeOf(failure);
    if (cancelled || why.mayHaveApplied()) {
      letGo();
    }
    ended(wanted);
    wanted.result().completeExceptionally(why);
    proceed();
  }

  private void onGranted(Acquisition wanted, long token, long sentNanos) {
    if (wanted.result().isDone()) {
      letGo(token);
      ended(wanted);
      proceed();
    } else if (loop.nanos() - sentNanos <= ttlNanos(wanted) / FRESH_PART) {
      begin(wanted, token, sentNanos);
    } else {
      renewFirst(wanted, token);
    }
  }

  private static long ttlNanos(Acquisition wanted) {
    return TimeUnit.MILLISECONDS.toNanos(wanted.ttlMillis());
  }

  /** It has waited, and does not know since when it holds the lock, nor whether it still does. */
  private void renewFirst(Acquisition wanted, long token) {
    var asked =
        keeper
            .requests()
            .renew(List.of(owner), wanted.deadlineNanos(), Renewals.attemptNanos(ttlNanos(wanted)));
    asking = asked;
    var unused =
        asked.whenComplete(
            (answered, failure) -> {
              asking = null;
              long now = loop.nanos();
              if (failure != null) {
                onNotRenewed(wanted, token, failure);
              } else if (wanted.result().isDone()) {
                onGranted(wanted, token, answered.sentNanos());
              } else if (!Renewals.isAmong(answered.answer(), name, token)) {
                onGone(wanted);
              } else if (now - answered.sentNanos() < Tenure.reliedNanos(ttlNanos(wanted))) {
                begin(wanted, token, answered.sentNanos());
              } else {
                renewFirst(wanted, token); // until the deadline
              }
            });
  }

  private void onNotRenewed(Acquisition wanted, long token, Throwable failure) {
    letGo(token);
    ended(wanted);
    QuorateException why = QuorateException.causeOf(failure);
    wanted
        .result()
        .completeExceptionally(
            new OutcomeUnknownException(
                "acquisition of lock "
                    + Quoted.of(name)
                    + ": it was granted, but could not be renewed: "
                    + why.getMessage(),
                why.info(),
                why));
    proceed();
  }

  /** It was granted, and its time was over before that was heard of. */
  private void onGone(Acquisition wanted) {
    long last = wanted.waits() ? wanted.waitUntilNanos() : wanted.deadlineNanos();
    if (loop.nanos() < last) {
      ask(wanted);
    } else {
      ended(wanted);
      wanted.result().complete(Optional.empty());
      proceed();
    }
  }

  // ---- holding

  private void begin(Acquisition wanted, long token, long sentNanos) {
    Tenure begun = new Tenure(loop, name, owner, token, wanted, sentNanos);
    tenure = begun;
    watch(begun);
    ended(wanted);
    hand(wanted, begun);
    proceed();
  }

  private void hand(Acquisition wanted, Tenure held) {
    if (wanted.renewed() && !held.renewed) {
      held.renewed = true;
      keeper.renewals().add(held);
    }
    OpenLock lock = new OpenLock(keeper, held);
    held.holders.add(lock);
    if (!wanted.result().complete(Optional.of(lock))) {
      var unused = lock.releaseAsync(); // its caller has gone
    }
  }

  private void watch(Tenure held) {
    long left = held.untilNanos() - AHEAD_NANOS - loop.nanos();
    held.endTimer =
        loop.schedule(
            () -> {
              if (held.hasEnded()) {
                return;
              }
              if (held.untilNanos() - AHEAD_NANOS - loop.nanos() <= 0) {
                lost(held, true);
              } else {
                watch(held);
              }
            },
            Math.max(0, left));
  }

  /**
   * A tenure is over.
   *
   * @param ranOut whether its time is over here, and the cluster has not said so
   */
  void lost(Tenure held, boolean ranOut) {
    if (held.hasEnded()) {
      return;
    }
    held.ranOut = ranOut;
    end(held);
    List.copyOf(held.holders).forEach(OpenLock::lost);
    proceed();
  }

  private void end(Tenure held) {
    held.end();
    keeper.renewals().remove(held);
    if (tenure == held) {
      tenure = null;
    }
  }

  // ---- releasing

  /** One that holds a lock gives it up; the last one releases it. */
  void release(OpenLock lock, CompletableFuture<Boolean> answer) {
    Tenure held = lock.tenure();
    held.holders.remove(lock);
    if (held.hasEnded()) {
      answer.complete(false);
      boolean another = tenure != null || current != null;
      if (held.ranOut && held.holders.isEmpty() && !another) {
        letGo(held.token); // the next owner need not wait until the cluster sees it
      } else {
        proceed(); // there may be nothing else to remember of it
      }
      return;
    }
    if (!held.holders.isEmpty()) {
      answer.complete(true);
      return;
    }
    end(held);
    release(held.token, answer);
  }

  /** Releases by the token, whether or not the lock is held here. */
  void release(long token, String what, CompletableFuture<Boolean> answer) {
    if (current != null) {
      answer.completeExceptionally(
          new FailedPreconditionException(
              what + ": this client acquires the lock for " + Quoted.of(owner) + " just now",
              FailureInfo.NONE));
      return;
    }
    Tenure held = tenure;
    if (held != null && held.token == token) {
      end(held);
      List<OpenLock> holders = List.copyOf(held.holders);
      held.holders.clear();
      holders.forEach(each -> each.releasedOtherwise(answer));
    }
    release(token, answer);
  }

  private void release(long token, CompletableFuture<Boolean> answer) {
    var unused =
        sendRelease(token, keeper.deadlineNanos())
            .whenComplete(
                (wasHeld, failure) -> {
                  if (failure == null) {
                    answer.complete(wasHeld);
                  } else {
                    answer.completeExceptionally(QuorateException.causeOf(failure));
                  }
                  proceed();
                });
  }

  private CompletableFuture<Boolean> sendRelease(long token, long deadlineNanos) {
    releases++;
    unreleased.add(token);
    return keeper
        .underWay(keeper.requests().release(name, owner, token, deadlineNanos, keeper.isClosed()))
        .whenComplete(
            (wasHeld, failure) -> {
              releases--;
              if (failure == null) {
                unreleased.remove(token);
              } else {
                forgetLater(token);
              }
            });
  }

  private void forgetLater(long token) {
    keeper.onLoop(() -> loop.schedule(() -> forget(token), RELEASE_GONE_NANOS));
  }

  private void forget(long token) {
    if (!unreleased.contains(token)) {
      return;
    }
    if (releases > 0) {
      forgetLater(token); // it may be what is under way
    } else {
      unreleased.remove(token);
      proceed();
    }
  }

  /** Releases what no one holds here, if it can. */
  private void letGo(long token) {
    release(token, new CompletableFuture<>());
  }

  /** Releases what may have been acquired, under a token that is not known, if it can. */
  private void letGo() {
    if (keeper.isClosed()) {
      return; // the nodes withdraw what they were asked, as its connection ends
    }
    releases++;
    // By the next turn the node is told that the request is given up.
    loop.execute(() -> letGoIfHeld(keeper.deadlineNanos()));
  }

  private void letGoIfHeld(long deadlineNanos) {
    var unused =
        keeper
            .requests()
            .show(name, deadlineNanos)
            .whenComplete(
                (status, failure) -> {
                  long again = loop.nanos() + IN_LINE_NANOS;
                  boolean mayBeGranted =
                      failure == null
                          ? status.waiting().contains(owner)
                          : QuorateException.causeOf(failure) instanceof OverloadedException;
                  if (mayBeGranted && again < deadlineNanos) {
                    loop.schedule(() -> letGoIfHeld(deadlineNanos), IN_LINE_NANOS);
                    return;
                  }
                  releases--;
                  if (failure == null) {
                    status.holders().stream()
                        .filter(held -> held.owner().equals(owner))
                        .forEach(held -> letGo(held.token()));
                  }
                  proceed();
                });
  }

  // ---- the end of the client

  /** The client is being closed: what it renews is released. */
  void close() {
    Acquisition wanted = current;
    CompletableFuture<?> asked = asking;
    if (wanted != null && asked != null) {
      wanted
          .result()
          .completeExceptionally(
              new OutcomeUnknownException(
                  "acquisition of lock "
                      + Quoted.of(name)
                      + ": the client was closed before the answer came",
                  FailureInfo.NONE,
                  null));
      asked.cancel(false);
    }
    Tenure held = tenure;
    if (held != null && held.renewed) {
      end(held);
      CompletableFuture<Boolean> answer = new CompletableFuture<>();
      List<OpenLock> holders = List.copyOf(held.holders);
      held.holders.clear();
      holders.forEach(each -> each.releasedOtherwise(answer));
      release(held.token, answer);
    }
    proceed();
  }

  /** No turn of the loop will come: nothing is renewed any more. */
  void onLoopEnded() {
    Tenure held = tenure;
    if (held != null && held.renewed) {
      lost(held, true);
    }
  }
}
