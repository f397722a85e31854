package io.quorate.client.internal.locks;

import io.quorate.client.ClientClosedException;
import io.quorate.client.LockStatus;
import io.quorate.client.LockWatch;
import io.quorate.client.internal.engine.Unfinished;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.text.Quoted;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** All locks that this client acquires, holds, or releases. Owned by the loop. */
public final class LockKeeper implements Unfinished {
  /** How long closing waits for the answers to releases. */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Loop loop;
  private final Waiting waiting;
  private final long timeoutNanos;
  private final LockRequests requests;
  private final Renewals renewals;
  private final Map<Key, Slot> slots = new LinkedHashMap<>();

  private final Set<Watching> watches = new LinkedHashSet<>();

  /** Releases that are not answered. */
  private int releases;

  /** Whether there ever was a lock: else closing need not wait for a turn of a busy loop. */
  private volatile boolean used;

  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private boolean closed;

  private record Key(String name, String owner) {}

  public LockKeeper(Loop loop, LockNodes nodes, Waiting waiting, long timeoutNanos) {
    this.loop = loop;
    this.waiting = waiting;
    this.timeoutNanos = timeoutNanos;
    this.requests = new LockRequests(loop, nodes);
    this.renewals =
        new Renewals(
            loop,
            requests,
            (tenure, ranOut) -> slot(tenure.name, tenure.owner).lost(tenure, ranOut));
  }

  Loop loop() {
    return loop;
  }

  Waiting waiting() {
    return waiting;
  }

  LockRequests requests() {
    return requests;
  }

  Renewals renewals() {
    return renewals;
  }

  boolean isClosed() {
    return closed;
  }

  /** Until when an answer is waited for that is asked for now. */
  long deadlineNanos() {
    return loop.nanos() + timeoutNanos;
  }

  ClientClosedException closed(String what, String name) {
    return new ClientClosedException(what + " " + Quoted.of(name) + ": the client is closed");
  }

  /** Owners of locks of which something is remembered. */
  int slots() {
    return slots.size();
  }

  private Slot slot(String name, String owner) {
    return slots.computeIfAbsent(new Key(name, owner), key -> new Slot(this, name, owner));
  }

  void forgetIfIdle(Slot slot, String name, String owner) {
    if (slot.isIdle()) {
      slots.remove(new Key(name, owner), slot);
    }
  }

  /** Runs what is of no use once the loop has ended. */
  void onLoop(Runnable task) {
    try {
      loop.run(task);
    } catch (RejectedExecutionException loopEnded) {
      // Nothing is held any more.
    }
  }

  /** A release is under way: closing waits for it. */
  <T> CompletableFuture<T> underWay(CompletableFuture<T> release) {
    releases++;
    return release.whenComplete(
        (answer, failure) -> {
          releases--;
          closeIfReleased();
        });
  }

  private void closeIfReleased() {
    if (closed && releases == 0) {
      closing.complete(null);
    }
  }

  /** Acquires a lock; from any thread. */
  void acquire(String name, String owner, Acquisition wanted) {
    ClientClosedException refusal = closed("acquisition of lock", name);
    used = true;
    try {
      loop.run(
          () -> {
            if (closed) {
              wanted.result().completeExceptionally(refusal);
            } else {
              slot(name, owner).acquire(wanted);
            }
          });
    } catch (RejectedExecutionException loopEnded) {
      wanted.result().completeExceptionally(refusal);
    }
  }

  /** A lock is given up; from any thread. */
  void release(OpenLock lock, CompletableFuture<Boolean> answer) {
    try {
      loop.run(() -> slot(lock.tenure().name, lock.tenure().owner).release(lock, answer));
    } catch (RejectedExecutionException loopEnded) {
      answer.completeExceptionally(closed("release of lock", lock.name()));
    }
  }

  /** Releases by owner and token; from any thread. */
  void release(String name, String owner, long token, CompletableFuture<Boolean> answer) {
    ClientClosedException refusal = closed("release of lock", name);
    used = true;
    try {
      loop.run(
          () -> {
            if (closed) {
              answer.completeExceptionally(refusal);
            } else {
              slot(name, owner).release(token, "release of lock " + Quoted.of(name), answer);
            }
          });
    } catch (RejectedExecutionException loopEnded) {
      answer.completeExceptionally(refusal);
    }
  }

  /** Tells a listener who holds a lock; from any thread. */
  LockWatch watch(String name, Consumer<LockStatus> listener) {
    Watching watch = new Watching(this, name, listener);
    ClientClosedException refusal = closed("watch of lock", name);
    used = true;
    try {
      loop.run(
          () -> {
            if (closed) {
              watch.end(refusal);
            } else {
              watches.add(watch);
              watch.ask();
            }
          });
    } catch (RejectedExecutionException loopEnded) {
      watch.end(refusal);
    }
    return watch;
  }

  void forget(Watching watch) {
    watches.remove(watch);
  }

  private void endWatches() {
    for (Watching watch : List.copyOf(watches)) {
      watch.end(new ClientClosedException("watch of a lock: the client is closed"));
    }
  }

  /**
   * Releases all that it renews, and acquires nothing any more; from any thread.
   *
   * @return completes when the releases are answered, and after a second at most
   */
  public CompletableFuture<Void> close() {
    if (!used) {
      closing.complete(null);
      return closing;
    }
    try {
      loop.run(
          () -> {
            if (closed) {
              return;
            }
            closed = true;
            endWatches();
            List.copyOf(slots.values()).forEach(Slot::close);
            loop.schedule(() -> closing.complete(null), CLOSE_NANOS);
            closeIfReleased();
          });
    } catch (RejectedExecutionException loopEnded) {
      closing.complete(null);
    }
    return closing;
  }

  /** The loop has ended: if the client was not closed, what it holds is lost. */
  @Override
  public void onClosed() {
    endWatches();
    if (!closed) {
      closed = true;
      List.copyOf(slots.values()).forEach(Slot::onLoopEnded);
    }
    closing.complete(null);
  }
}
