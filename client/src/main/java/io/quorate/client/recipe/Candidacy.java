package io.quorate.client.recipe;

import io.quorate.client.ClientClosedException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * That a process campaigns again and again, and has a body run while it leads: see {@link
 * Election#runWhileLeader}. Safe for many threads at once. Close it before the client, which
 * releases all locks when it is closed, whether or not a body runs.
 */
public interface Candidacy extends AutoCloseable {
  /** What it leads by now; empty if it does not. */
  Optional<Leadership> leadership();

  /**
   * Completes when it is closed and the last body has ended. Fails if it cannot go on: with {@link
   * ClientClosedException}, or as the cluster refuses the request for the lock.
   */
  CompletableFuture<Void> ended();

  /**
   * Ends it: no body begins from now on. One that runs is told to stop, and is waited for, for
   * {@link ElectionOptions#closeWithin} at most; then the lock is released. A body that still runs
   * after that keeps the lock, until it ends or its time is over: no other process leads meanwhile.
   * {@link #ended} tells when. Called by the body, or by a task of {@link Leadership#onLost}, this
   * does not wait. Not to be called on the client's event loop. A thread that is interrupted waits
   * no longer, and stays interrupted.
   */
  @Override
  void close();
}
