package io.quorate.client.internal.kv;

import io.quorate.client.ClientClosedException;
import io.quorate.client.DeadlineExceededException;
import io.quorate.client.FailureInfo;
import io.quorate.client.Outcome;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Unfinished;
import io.quorate.client.internal.net.Backoff;
import io.quorate.client.internal.net.Loop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Many operations of one caller, of which only a window is under way at a time: the others wait in
 * the caller's own list, and cost nothing here. The window is doubled with each round of answers
 * until a node, or a bound of this client, refuses something; from then on a refusal halves it and
 * a round of answers adds one (additive increase, multiplicative decrease). What was refused as too
 * much is asked again, until the deadline that all operations share.
 *
 * <p>Owned by the loop.
 */
public final class Batch<T> implements Unfinished {
  private static final int WINDOW_FIRST = 256;
  private static final int WINDOW_MIN = 16;
  private static final int WINDOW_MAX = 4096;

  /** Keys and values under way, past which the next operation waits; one may always be. */
  private static final long BYTES_MAX = 16 << 20;

  private static final long PAUSE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(5);

  /**
   * What the operations are.
   *
   * @param ended told of all outcomes, before the caller is; must not throw
   */
  record Operations<T>(
      String verb,
      int size,
      IntUnaryOperator bytes,
      IntFunction<CompletableFuture<T>> ask,
      BiFunction<Integer, QuorateException, @Nullable CompletableFuture<T>> rescue,
      Consumer<List<Outcome<T>>> ended) {}

  private final Engine engine;
  private final Loop loop;
  private final Operations<T> operations;
  private final long startNanos;
  private final long deadlineNanos;
  private final CompletableFuture<List<Outcome<T>>> end = new CompletableFuture<>();
  private final @Nullable Outcome<T>[] outcomes;

  /** The first that was never asked. */
  private int next;

  /** Those that were refused as too much. */
  private final ArrayDeque<Integer> again = new ArrayDeque<>();

  private int settled;
  private int underWay;
  private long bytesUnderWay;

  private double window = WINDOW_FIRST;
  private boolean everRefused;

  /** Operations begun so far; refusals of those begun before the last cut do not cut again. */
  private long begun;

  private long begunAtCut;
  private boolean paused;
  private @Nullable OverloadedException lastRefusal;
  private boolean pumping;
  private boolean closed;

  private boolean finished;

  /** Refers to all outcomes, so it must not outlive the batch. */
  private Loop.@Nullable Timer atDeadline;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Batch(Engine engine, Operations<T> operations, long startNanos, long timeoutNanos) {
    this.engine = engine;
    this.loop = engine.loop();
    this.operations = operations;
    this.startNanos = startNanos;
    this.deadlineNanos = startNanos + timeoutNanos;
    this.outcomes = (Outcome<T>[]) new Outcome[operations.size()];
  }

  /**
   * Begins, from any thread; ends when each operation has ended, in its own way. If the caller
   * completes the result, or cancels it, what was not sent is not sent any more.
   */
  CompletableFuture<List<Outcome<T>>> start() {
    var unused = end.whenComplete((all, failure) -> onLoop(this::leave));
    try {
      loop.run(this::begin);
    } catch (RejectedExecutionException loopEnded) {
      onClosed();
    }
    return end;
  }

  private void begin() {
    if (!engine.began(this)) {
      onClosed();
      return;
    }
    atDeadline = loop.schedule(this::giveUp, Math.max(deadlineNanos - loop.nanos(), 0));
    pump();
  }

  /** Begins as many as the window has room for. */
  private void pump() {
    if (pumping || closed) {
      return;
    }
    pumping = true;
    try {
      while (mayBegin()) {
        Integer refusedBefore = again.poll();
        ask(refusedBefore == null ? next++ : refusedBefore);
      }
    } finally {
      pumping = false;
    }
    if (settled == outcomes.length) {
      finish();
    }
  }

  private boolean mayBegin() {
    return (next < outcomes.length || !again.isEmpty())
        && underWay < (int) window
        && (bytesUnderWay < BYTES_MAX || underWay == 0)
        && !paused
        && !isLeft()
        && loop.nanos() < deadlineNanos; // those under way may be given up a moment before the rest
  }

  /**
   * Whether its caller does not wait for it any more; the operations under way end by themselves.
   * Known from the moment on in which the caller says so: answers may come before {@link #leave}.
   */
  private boolean isLeft() {
    return end.isDone() && !finished;
  }

  private void ask(int index) {
    int bytes = operations.bytes().applyAsInt(index);
    long number = begun++;
    underWay++;
    bytesUnderWay += bytes;
    var unused =
        operations
            .ask()
            .apply(index)
            .handle(
                (result, failure) -> {
                  underWay--;
                  bytesUnderWay -= bytes;
                  onEnded(index, number, result, failure);
                  pump();
                  return true;
                });
  }

  private void onEnded(int index, long number, @Nullable T result, @Nullable Throwable failure) {
    if (result != null) {
      window = Math.min(WINDOW_MAX, window + (everRefused ? 1 / window : 1));
      settle(index, new Outcome.Done<>(result));
      return;
    }
    QuorateException cause = causeOf(failure);
    if (cause instanceof OverloadedException refusal && refused(refusal, number)) {
      again.add(index);
      return;
    }
    CompletableFuture<T> rescue = isLeft() ? null : rescue(index, cause);
    if (rescue == null) {
      settle(index, new Outcome.Failed<>(cause));
    } else {
      var unused =
          rescue.handle(
              (rescued, lost) -> {
                Outcome<T> outcome =
                    rescued != null
                        ? new Outcome.Done<>(rescued)
                        : new Outcome.Failed<>(causeOf(lost));
                onLoop(() -> settle(index, outcome));
                return true;
              });
    }
  }

  private @Nullable CompletableFuture<T> rescue(int index, QuorateException cause) {
    try {
      return operations.rescue().apply(index, cause);
    } catch (RuntimeException fromOutside) {
      return CompletableFuture.failedFuture(fromOutside);
    }
  }

  private static QuorateException causeOf(@Nullable Throwable failure) {
    return QuorateException.causeOf(
        failure == null ? new IllegalStateException("no result") : failure);
  }

  /** Whether there is time to ask again for what was refused. */
  private boolean refused(OverloadedException refusal, long number) {
    lastRefusal = refusal;
    long now = loop.nanos();
    long wait = Math.max(refusal.retryAfter().toNanos(), PAUSE_NANOS_MIN);
    wait += Backoff.jittered(wait / 2, engine.random());
    if (closed || isLeft() || now + wait >= deadlineNanos) {
      return false;
    }
    everRefused = true;
    if (number >= begunAtCut) {
      begunAtCut = begun;
      window = Math.max(window / 2, WINDOW_MIN);
      paused = true;
      loop.schedule(this::goOn, wait);
    }
    return true;
  }

  private void goOn() {
    paused = false;
    pump();
  }

  private void settle(int index, Outcome<T> outcome) {
    if (outcomes[index] == null) {
      outcomes[index] = outcome;
      settled++;
      if (settled == outcomes.length && !pumping) {
        finish();
      }
    }
  }

  /** The result was completed: by this batch, or by the caller, who does not wait any more. */
  private void leave() {
    if (!finished) {
      settleUnsent(
          new DeadlineExceededException(
              operations.verb()
                  + ": not sent, as its caller does not wait any more. Nothing was applied",
              FailureInfo.NONE,
              lastRefusal));
    }
  }

  /** Those under way end by themselves: they have the same deadline. */
  private void giveUp() {
    if (!finished) {
      long millis = TimeUnit.NANOSECONDS.toMillis(loop.nanos() - startNanos);
      settleUnsent(
          new DeadlineExceededException(
              operations.verb()
                  + ": not sent within "
                  + millis
                  + " ms, in which "
                  + (settled + underWay)
                  + " of "
                  + outcomes.length
                  + " operations of the same call were"
                  + (lastRefusal == null ? "" : "; last refusal: " + lastRefusal.getMessage())
                  + ". Nothing was applied: give it more time, or fewer at a time",
              FailureInfo.NONE,
              lastRefusal));
    }
  }

  @Override
  public void onClosed() {
    closed = true;
    settleUnsent(new ClientClosedException(operations.verb() + ": the client is closed"));
  }

  /** One failure for all, as there may be a million. */
  private void settleUnsent(QuorateException failure) {
    Outcome<T> failed = new Outcome.Failed<>(failure);
    pumping = true;
    while (!again.isEmpty()) {
      settle(again.poll(), failed);
    }
    while (next < outcomes.length) {
      settle(next++, failed);
    }
    pumping = false;
    if (settled == outcomes.length) {
      finish();
    }
  }

  private void finish() {
    if (!finished) {
      finished = true;
      engine.finished(this);
      if (atDeadline != null) {
        atDeadline.cancel();
      }
      List<Outcome<T>> all = outcomesInOrder();
      operations.ended().accept(all);
      boolean unused = end.complete(all);
    }
  }

  @SuppressWarnings("NullAway") // each is settled
  private List<Outcome<T>> outcomesInOrder() {
    return List.of(outcomes);
  }

  private void onLoop(Runnable task) {
    try {
      loop.run(task);
    } catch (RejectedExecutionException loopEnded) {
      task.run();
    }
  }
}
