package io.quorate.client.internal.kv;

import io.quorate.client.Codec;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.Resolver;
import io.quorate.client.Sibling;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Siblings;
import io.quorate.client.TooManySiblingsException;
import io.quorate.client.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One update of a key with siblings: it reads, resolves, changes and puts, and then makes one value
 * of what others have put meanwhile. Until the change is stored, each failure is that of the
 * update; from then on none is, since the change has taken effect.
 */
final class Update<V> {
  /**
   * Times that the change is tried, where the key has too many siblings each time: others fill it
   * up between the read and the put.
   */
  private static final int CHANGES_MAX = 5;

  /**
   * Times that siblings are resolved after the change. Clients that resolve the same siblings at
   * the same time make new ones, so this need not end by itself.
   */
  private static final int MERGES_MAX = 3;

  /** The least that a step is given: a shorter timeout is refused. */
  private static final long STEP_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

  private final PipedSiblings siblings;
  private final byte[] key;
  private final Codec<V> codec;
  private final Resolver<V> resolver;
  private final Function<Optional<V>, V> change;
  private final WriteOptions options;
  private final long deadlineNanos;

  /** Runs the functions of the application. */
  private final Executor functions;

  Update(
      PipedSiblings siblings,
      byte[] key,
      Codec<V> codec,
      Resolver<V> resolver,
      Function<Optional<V>, V> change,
      WriteOptions options,
      Executor functions) {
    this.siblings = siblings;
    this.key = key;
    this.codec = codec;
    this.resolver = resolver;
    this.change = change;
    this.options = options;
    this.functions = functions;
    this.deadlineNanos = siblings.nanos() + siblings.timeoutNanos(options.timeout());
  }

  CompletableFuture<Siblings<V>> start() {
    return tryChange(1);
  }

  private CompletableFuture<Siblings<V>> tryChange(int attempt) {
    return read()
        .thenComposeAsync(
            read -> {
              V changed = change.apply(read.resolve(resolver));
              return put(codec.encode(changed), read)
                  .thenCompose(written -> settle(alone(changed, written), 1))
                  .exceptionallyCompose(
                      failed ->
                          QuorateException.causeOf(failed) instanceof TooManySiblingsException
                                  && attempt < CHANGES_MAX
                                  && hasTime()
                              ? tryChange(attempt + 1)
                              : CompletableFuture.failedFuture(failed));
            },
            functions);
  }

  /**
   * Reads what became of the key, and makes one value of it. Never fails.
   *
   * @param known what the key has, if nothing more can be found out
   */
  private CompletableFuture<Siblings<V>> settle(Siblings<V> known, int merge) {
    if (!hasTime()) {
      return CompletableFuture.completedFuture(known);
    }
    return read()
        .thenComposeAsync(
            read -> read.isConflict() && merge <= MERGES_MAX ? merge(read, merge) : done(read),
            functions)
        .exceptionally(failed -> known);
  }

  private CompletableFuture<Siblings<V>> merge(Siblings<V> read, int merge) {
    if (!hasTime()) {
      return done(read);
    }
    V merged;
    byte[] value;
    try {
      merged = resolver.resolve(read.values());
      value = codec.encode(merged);
    } catch (RuntimeException unresolved) {
      return done(read); // the caller sees that there are several
    }
    return put(value, read)
        .thenCompose(written -> settle(alone(merged, written), merge + 1))
        .exceptionally(failed -> read);
  }

  private CompletableFuture<Siblings<V>> done(Siblings<V> read) {
    return CompletableFuture.completedFuture(read);
  }

  private CompletableFuture<Siblings<V>> read() {
    ReadOptions read = ReadOptions.DEFAULT.timeout(timeLeft());
    if (options.level() != null) {
      read = read.level(options.level());
    }
    if (options.tenant() != null) {
      read = read.tenant(options.tenant());
    }
    return siblings.get(key, read).thenApply(found -> Siblings.decoded(found, codec));
  }

  private CompletableFuture<SiblingWriteResult> put(byte[] value, Siblings<V> inPlaceOf) {
    return siblings.put(key, value, inPlaceOf.context(), options.timeout(timeLeft()));
  }

  /** What a key has as far as its writer knows. */
  private static <V> Siblings<V> alone(V value, SiblingWriteResult written) {
    return Siblings.<V>builder()
        .list(List.of(Sibling.of(value, written.version(), 0)))
        .context(written.context())
        .version(written.version())
        .info(written.info())
        .build();
  }

  private boolean hasTime() {
    return deadlineNanos - siblings.nanos() >= STEP_NANOS_MIN;
  }

  private Duration timeLeft() {
    return Duration.ofNanos(Math.max(deadlineNanos - siblings.nanos(), STEP_NANOS_MIN));
  }
}
