package io.quorate.client.internal.kv;

import io.quorate.client.AsyncDeletion;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncScan;
import io.quorate.client.ClientClosedException;
import io.quorate.client.Context;
import io.quorate.client.DeletionOptions;
import io.quorate.client.DeletionResult;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateException;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanPage;
import io.quorate.client.internal.engine.Engine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys that begin with a prefix, page by page, and deletes those of a page, some at a
 * time. A page counts once all of its keys are deleted, so that a deletion that goes on at the
 * cursor leaves none out. Owned by the loop.
 */
final class PrefixDeletion implements AsyncDeletion {
  private final Engine engine;
  private final AsyncKeyValue keys;
  private final PipedSiblings siblings;
  private final AsyncScan scan;
  private final DeletionOptions options;
  private final long timeoutNanos;
  private final CompletableFuture<DeletionResult> end = new CompletableFuture<>();

  private byte[] cursor;
  private long found;
  private long deleted;
  private long failed;
  private @Nullable QuorateException failure;
  private boolean complete;
  private boolean potentiallyStale;

  private volatile boolean cancelled;

  /**
   * @param keys deletes keys of tenants whose keys have one value
   * @param siblings deletes those of the others
   * @param scan of the keys
   */
  PrefixDeletion(
      Engine engine,
      AsyncKeyValue keys,
      PipedSiblings siblings,
      AsyncScan scan,
      DeletionOptions options,
      long timeoutNanos) {
    this.engine = engine;
    this.keys = keys;
    this.siblings = siblings;
    this.scan = scan;
    this.options = options;
    this.timeoutNanos = timeoutNanos;
    this.cursor = options.cursor();
  }

  /** Begins, from any thread. */
  PrefixDeletion start() {
    onLoop(this::readPage);
    return this;
  }

  @Override
  public CompletableFuture<DeletionResult> result() {
    return end.copy(); // to cancel the copy does not end the deletion
  }

  @Override
  public void cancel() {
    cancelled = true;
    scan.close(); // a page that is awaited would be of no use
  }

  private void readPage() {
    var unused =
        scan.nextPage()
            .handle(
                (page, lost) -> {
                  onLoop(() -> onPage(page, lost));
                  return true;
                });
  }

  private void onPage(@Nullable ScanPage page, @Nullable Throwable lost) {
    if (cancelled) {
      finish();
      return;
    }
    if (page == null) {
      failure = causeOf(lost);
      finish();
      return;
    }
    potentiallyStale |= page.potentiallyStale();
    deleteFrom(0, page);
  }

  /** Deletes the keys of a page from a position on, as many at a time as the caller wants. */
  private void deleteFrom(int position, ScanPage page) {
    int to = Math.min(page.entries().size(), position + options.parallelism());
    List<ScanEntry> some = page.entries().subList(position, to);
    if (cancelled) {
      finish();
    } else if (some.isEmpty()) {
      onPageDone(page);
    } else if (options.dryRun()) {
      found += some.size();
      goOn(() -> deleteFrom(to, page));
    } else {
      found += some.size();
      var unused =
          delete(some)
              .thenAccept(
                  outcomes -> onLoop(() -> onDeleted(outcomes, () -> deleteFrom(to, page))));
    }
  }

  private void onPageDone(ScanPage page) {
    cursor = page.cursor();
    complete = page.last();
    if (complete) {
      finish();
    } else {
      onLoop(this::readPage);
    }
  }

  /** Tells of each key whether it was deleted: what is not sent yet when it is cancelled is not. */
  private CompletableFuture<List<Outcome<Boolean>>> delete(List<ScanEntry> some) {
    return new Batch<Boolean>(
            engine,
            new Batch.Operations<>(
                "deleteAll",
                some.size(),
                index -> some.get(index).key().length,
                index ->
                    cancelled ? CompletableFuture.completedFuture(false) : delete(some.get(index)),
                (index, lost) -> null,
                outcomes -> {}),
            engine.loop().nanos(),
            timeoutNanos)
        .start();
  }

  /** A key that was put again since it was read goes as well, or stays, as after any delete. */
  private CompletableFuture<Boolean> delete(ScanEntry entry) {
    return entry.siblings() == null
        ? keys.delete(entry.key(), options.write()).thenApply(done -> true)
        : siblings.delete(entry.key(), Context.NONE, options.write()).thenApply(done -> true);
  }

  private void onDeleted(List<Outcome<Boolean>> outcomes, Runnable next) {
    for (Outcome<Boolean> outcome : outcomes) {
      if (outcome instanceof Outcome.Failed<Boolean> notDeleted) {
        failed++;
        failure = failure == null ? notDeleted.failure() : failure;
      } else if (outcome.get()) {
        deleted++;
      }
    }
    if (failure == null) {
      goOn(next);
    } else {
      finish();
    }
  }

  /** Tells how far it is, and goes on; whatever is thrown at it there ends the deletion. */
  private void goOn(Runnable next) {
    try {
      options.onProgress().accept(now());
    } catch (RuntimeException | Error fromOutside) {
      scan.close();
      boolean unused = end.completeExceptionally(fromOutside);
      return;
    }
    onLoop(next);
  }

  private DeletionResult now() {
    return DeletionResult.of(found, deleted, failed, failure, cursor, complete, potentiallyStale);
  }

  private void finish() {
    scan.close();
    boolean unused = end.complete(now());
  }

  private static QuorateException causeOf(@Nullable Throwable lost) {
    return QuorateException.causeOf(lost == null ? new IllegalStateException("no page") : lost);
  }

  /** By way of the loop, else the stack would grow with each page that is there at once. */
  private void onLoop(Runnable task) {
    try {
      engine.loop().execute(task);
    } catch (RejectedExecutionException loopEnded) {
      failure = new ClientClosedException("deleteAll: the client is closed");
      boolean unused = end.complete(now());
    }
  }
}
