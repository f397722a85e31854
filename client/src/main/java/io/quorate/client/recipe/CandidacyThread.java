package io.quorate.client.recipe;

import io.quorate.client.QuorateException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Campaigns, has the body run on another thread, and guards its leadership, until it is closed. */
final class CandidacyThread implements Candidacy {
  private final Election election;
  private final LeaderTask task;
  private final ElectionOptions options;
  private final RecipeClock clock;
  private final Thread thread;
  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Whether the thread campaigns, and may be interrupted so that it stops. */
  private boolean campaigns;

  private volatile @Nullable Term term;
  private volatile @Nullable Thread body;

  CandidacyThread(Election election, LeaderTask task, ElectionOptions options, RecipeClock clock) {
    this.election = election;
    this.task = task;
    this.options = options;
    this.clock = clock;
    this.thread = new Thread(this::run, "quorate-candidate-" + election.name());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      campaignAndLead();
      ended.complete(null);
    } catch (Throwable cannotGoOn) {
      ended.completeExceptionally(cannotGoOn);
    }
  }

  private void campaignAndLead() throws InterruptedException {
    Backoff backoff = new Backoff(100, 5_000);
    while (!closing.isDone()) {
      Term elected = campaign();
      if (elected == null) {
        continue;
      }
      long since = clock.nanos();
      boolean failed = false;
      try {
        if (!closing.isDone()) {
          failed = lead(elected);
        }
      } finally {
        term = null;
        elected.release();
      }
      if (!failed && (elected.isToStop() || clock.nanos() - since >= Election.LONG_ENOUGH_NANOS)) {
        backoff.reset();
      } else {
        clock.await(closing, backoff.nextNanos());
      }
    }
  }

  /** Returns null if it is not elected, as it is closed. */
  private @Nullable Term campaign() throws InterruptedException {
    synchronized (this) {
      if (closing.isDone()) {
        return null;
      }
      campaigns = true;
    }
    try {
      return election.elect(Election.UNLIMITED, true);
    } catch (InterruptedException notMeant) {
      return null; // if it is not closed, another one has interrupted this thread: goes on
    } finally {
      synchronized (this) {
        campaigns = false;
        boolean unused = Thread.interrupted();
      }
    }
  }

  /**
   * Has the body run, and returns when it has ended: never before, for the lock is released then.
   *
   * @return whether it failed
   */
  private boolean lead(Term elected) {
    CompletableFuture<Boolean> bodyEnded = new CompletableFuture<>();
    Thread leading =
        new Thread(
            () -> {
              boolean failed = true;
              try {
                failed = runBody(elected);
              } finally {
                elected.bodyEnded();
                bodyEnded.complete(failed);
              }
            },
            "quorate-leader-" + election.name());
    leading.setDaemon(true);
    term = elected;
    body = leading;
    leading.start();
    elected.guard(CompletableFuture.anyOf(closing, bodyEnded));
    if (!bodyEnded.isDone()) {
      elected.stop();
      if (elected.isToStop()) {
        leading.interrupt();
        elected.tell();
      }
    }
    boolean failed = bodyEnded.join();
    body = null;
    return failed;
  }

  private boolean runBody(Term elected) {
    try {
      task.lead(elected);
      return false;
    } catch (Throwable failure) {
      if (elected.isToStop() && isOfStopping(failure)) {
        return false;
      }
      tell(failure);
      return true;
    }
  }

  private static boolean isOfStopping(Throwable failure) {
    return failure instanceof InterruptedException
        || failure instanceof CancellationException
        || failure instanceof QuorateException;
  }

  private void tell(Throwable failure) {
    var listener = options.onFailure();
    Thread current = Thread.currentThread();
    if (listener == null) {
      current.getUncaughtExceptionHandler().uncaughtException(current, failure);
      return;
    }
    try {
      listener.accept(failure);
    } catch (RuntimeException failsToo) {
      failsToo.addSuppressed(failure);
      current.getUncaughtExceptionHandler().uncaughtException(current, failsToo);
    }
  }

  @Override
  public Optional<Leadership> leadership() {
    Term now = term;
    return now != null && now.isLeader() ? Optional.of(now) : Optional.empty();
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  @Override
  public void close() {
    synchronized (this) {
      closing.complete(null);
      if (campaigns) {
        thread.interrupt();
      }
    }
    Term now = term;
    if (now != null) {
      now.stop();
    }
    Thread caller = Thread.currentThread();
    if (caller.equals(thread) || caller.equals(body)) {
      return;
    }
    try {
      ended.get(options.closeWithin().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      caller.interrupt();
    } catch (TimeoutException | ExecutionException seeEnded) {
      // The body still runs, or it had ended before: ended() tells.
    }
  }
}
