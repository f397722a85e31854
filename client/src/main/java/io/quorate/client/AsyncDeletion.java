package io.quorate.client;

import java.util.concurrent.CompletableFuture;

/** A deletion of many keys under way: see {@link AsyncKeyValue#deleteAll}. */
public interface AsyncDeletion {
  /**
   * What became of it, once it has ended: it has deleted all, a key could not be deleted or a page
   * not be read, or it was cancelled. Never fails with a {@link QuorateException}: {@link
   * DeletionResult#failure} tells it. Fails with what {@link DeletionOptions#onProgress} throws.
   */
  CompletableFuture<DeletionResult> result();

  /**
   * Deletes no more keys. Those under way are waited for, and then {@link #result} completes, with
   * where another deletion can go on. Does nothing once it has ended.
   */
  void cancel();
}
