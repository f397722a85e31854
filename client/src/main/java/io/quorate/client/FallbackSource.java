package io.quorate.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Another place to read from while the cluster cannot answer: a cache, a replica elsewhere, a
 * constant. Called on the client's event loop, so it must not block: give a future instead.
 */
@FunctionalInterface
public interface FallbackSource {
  /** The value of {@code key}; null for none. If the future fails, so does the read. */
  CompletableFuture<byte @Nullable []> read(byte[] key);
}
