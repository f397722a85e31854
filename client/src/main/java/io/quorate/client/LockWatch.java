package io.quorate.client;

import java.util.concurrent.CompletableFuture;

/** That a listener is told who holds a lock. Safe for many threads at once. */
public interface LockWatch extends AutoCloseable {
  /**
   * Completes when the watch is closed. Fails if it cannot go on: with {@link
   * ClientClosedException}, {@link FailedPreconditionException} (the cluster has no locks), {@link
   * InvalidRequestException}, or as the cluster refuses the client.
   */
  CompletableFuture<Void> ended();

  /** Ends it: the listener is told nothing more, but may be running just now. */
  @Override
  void close();
}
