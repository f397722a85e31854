package io.quorate.client.internal.kv;

import io.quorate.client.FailureInfo;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.InSession;
import io.quorate.client.internal.engine.Patience;
import io.quorate.client.internal.session.SessionMemory.Name;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What all requests of one caller have in common, and how each is handed to the engine. */
final class Requests {
  private final Engine engine;
  private final Defaults defaults;
  private final Patience patience;
  private final @Nullable ListenerCalls told;
  private final @Nullable InSession within;
  private final long timeoutNanos;

  /**
   * How one operation is carried out: what its options and the defaults say together, and who asks.
   *
   * @param ending hears how it ends; null: no one asked
   */
  record Terms<T>(
      String tenant,
      Patience patience,
      long startNanos,
      long timeoutNanos,
      Call.@Nullable Ending<T> ending) {}

  /**
   * @param told tells a listener of finished requests; null: there is none
   * @param within the session that all operations are part of; null: there is none
   */
  Requests(
      Engine engine,
      Defaults defaults,
      Patience patience,
      @Nullable ListenerCalls told,
      @Nullable InSession within) {
    this.engine = engine;
    this.defaults = defaults;
    this.patience = patience;
    this.told = told;
    this.within = within;
    this.timeoutNanos = Checks.nanos(defaults.timeout());
  }

  <T> Terms<T> terms(
      Operation operation, @Nullable String givenTenant, @Nullable Duration givenTimeout) {
    String tenant = tenant(givenTenant);
    long now = engine.loop().nanos();
    return new Terms<>(
        tenant,
        patience,
        now,
        nanos(givenTimeout),
        told == null ? null : told.ending(operation, tenant, now));
  }

  /** What a batch is made of. */
  interface Parts<T> {
    /**
     * Makes them.
     *
     * @param each terms of each operation
     * @param ended is to be told of all outcomes
     */
    Batch.Operations<T> of(Terms<T> each, Consumer<List<Outcome<T>>> ended);
  }

  /**
   * Carries out operations together, within one deadline, and tells the listener of them as one.
   */
  <T> CompletableFuture<List<Outcome<T>>> batch(
      Operation operation,
      @Nullable String givenTenant,
      @Nullable Duration givenTimeout,
      Parts<T> parts) {
    String tenant = tenant(givenTenant);
    long start = engine.loop().nanos();
    long timeout = nanos(givenTimeout);
    ListenerCalls.OfBatch<T> heard = told == null ? null : told.batch(operation, tenant, start);
    Terms<T> each =
        new Terms<>(
            tenant, Patience.PACED, start, timeout, heard == null ? null : heard::onCallEnded);
    Batch.Operations<T> made = parts.of(each, heard == null ? outcomes -> {} : heard::onEnded);
    return new Batch<>(engine, made, start, timeout).start();
  }

  /**
   * Returns why a call is not made: it is invalid, or its session is full, or it is held back since
   * calls of its tenant have been refused for longer than a moment. Null if it is made; while calls
   * are refused for a moment only, it may be held back then, and wait.
   */
  @Nullable QuorateException refusal(
      @Nullable InvalidRequestException invalid, byte[] key, Terms<?> terms) {
    if (invalid != null) {
      return invalid;
    }
    if (within != null && within.memory().isFullFor(new Name(terms.tenant(), key))) {
      within.promote(); // no call that is made may follow
      return new UnavailableException(
          "the session has written or read too many keys at levels below QUORUM that could not be"
              + " read at QUORUM since, so that it cannot remember another one. Nothing was"
              + " applied; try again when the replicas of these keys are back",
          FailureInfo.NONE,
          null);
    }
    return terms.patience() == Patience.NONE
        ? engine.refusal(terms.tenant(), terms.startNanos())
        : null;
  }

  static <T> CompletableFuture<T> refused(QuorateException refusal, Terms<T> terms) {
    if (terms.ending() != null) {
      terms.ending().onEnded(0, null, refusal);
    }
    return CompletableFuture.failedFuture(refusal);
  }

  /** Ends what has nothing to do. */
  static <T> CompletableFuture<T> done(T result, Terms<T> terms) {
    if (terms.ending() != null) {
      terms.ending().onEnded(0, result, null);
    }
    return CompletableFuture.completedFuture(result);
  }

  <T> CompletableFuture<T> submit(Call<T> call, Terms<T> terms) {
    call.patience = terms.patience();
    call.ending = terms.ending();
    call.session = within;
    engine.submit(call);
    return call.future;
  }

  String tenant(@Nullable String given) {
    return given == null ? defaults.tenant() : given;
  }

  long nanos(@Nullable Duration timeout) {
    return timeout == null ? timeoutNanos : Checks.nanos(timeout);
  }
}
