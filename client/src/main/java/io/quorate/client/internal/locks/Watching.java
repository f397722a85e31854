package io.quorate.client.internal.locks;

import io.quorate.client.DeadlineExceededException;
import io.quorate.client.LockStatus;
import io.quorate.client.LockWatch;
import io.quorate.client.NotServingException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.ServerFaultException;
import io.quorate.client.UnavailableException;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.text.Quoted;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks who holds a lock, and again when that has changed: a node answers when it has, and after a
 * while at the latest. Owned by the loop.
 */
final class Watching implements LockWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LockWatch.class);

  /** How long a node waits for a change before it says that there was none. */
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Between two questions when the lock changes hands all the time. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Between two questions while no node can answer. */
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final LockKeeper keeper;
  private final String name;
  private final Consumer<LockStatus> listener;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable CompletableFuture<?> asking;
  private Loop.@Nullable Timer timer;

  /** Number of the state that the listener was told; null: none yet. */
  private @Nullable Long seen;

  Watching(LockKeeper keeper, String name, Consumer<LockStatus> listener) {
    this.keeper = keeper;
    this.name = name;
    this.listener = listener;
  }

  /** What a node has answered. */
  record Seen(LockStatus status, long changed) {}

  void ask() {
    timer = null;
    if (ended.isDone()) {
      return;
    }
    CompletableFuture<Optional<Seen>> asked =
        keeper.requests().watch(name, seen, seen == null ? 0 : WAIT_NANOS, keeper.deadlineNanos());
    asking = asked;
    var unused =
        asked.whenComplete(
            (answer, failure) -> {
              asking = null;
              if (ended.isDone()) {
                return;
              }
              if (failure != null) {
                onFailure(QuorateException.causeOf(failure));
              } else {
                answer.ifPresent(this::tell);
                askLater(PAUSE_NANOS);
              }
            });
  }

  private void tell(Seen told) {
    if (seen != null && seen == told.changed()) {
      return;
    }
    seen = told.changed();
    try {
      listener.accept(told.status());
    } catch (Throwable failure) { // else an Error would end the watch
      LOG.error("who was told who holds lock {} has failed", Quoted.of(name), failure);
    }
  }

  private void onFailure(QuorateException why) {
    boolean passes =
        why instanceof UnavailableException
            || why instanceof DeadlineExceededException
            || why instanceof OutcomeUnknownException
            || why instanceof OverloadedException
            || why instanceof NotServingException
            || why instanceof ServerFaultException;
    if (passes) {
      askLater(AGAIN_NANOS);
    } else {
      end(why);
    }
  }

  private void askLater(long nanos) {
    if (!ended.isDone()) {
      timer = keeper.loop().schedule(this::ask, nanos);
    }
  }

  void end(QuorateException why) {
    ended.completeExceptionally(why);
    keeper.forget(this);
  }

  @Override
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  @Override
  public void close() {
    if (ended.complete(null)) {
      keeper.onLoop(
          () -> {
            keeper.forget(this);
            CompletableFuture<?> asked = asking;
            if (asked != null) {
              asked.cancel(false);
            }
            Loop.Timer waiting = timer;
            if (waiting != null) {
              waiting.cancel();
            }
          });
    }
  }
}
