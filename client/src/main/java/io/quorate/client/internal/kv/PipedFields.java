package io.quorate.client.internal.kv;

import io.quorate.client.FieldChange;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Level;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.ResultInfo;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.engine.ChangeCall;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Face;
import io.quorate.client.internal.engine.Patience;
import io.quorate.client.internal.engine.Words;
import io.quorate.client.internal.kv.Requests.Terms;
import io.quorate.client.internal.update.FieldWords;
import io.quorate.proto.v1.GetRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the caller asks of counters, sets and maps into calls that travel on the nodes' pipes.
 * They are part of no session: reads at QUORUM see the updates before them.
 */
public final class PipedFields {
  /** Of an update that has nothing to do. */
  private static final UpdateResult NOTHING =
      UpdateResult.of(ResultInfo.of(-1, 0, new long[0], false));

  private final Defaults defaults;
  private final Requests requests;

  /**
   * @param patience {@link Patience#WAITS} if a thread waits for each call
   * @param told tells a listener of finished requests; null: there is none
   */
  public PipedFields(
      Engine engine, Defaults defaults, Patience patience, @Nullable ListenerCalls told) {
    this.defaults = defaults;
    this.requests = new Requests(engine, defaults, patience, told, null);
  }

  <R> CompletableFuture<R> get(Face<R, ?> face, String tenant, byte[] key, ReadOptions options) {
    Terms<R> terms = requests.terms(Operation.GET, of(tenant, options.tenant()), options.timeout());
    QuorateException refusal = requests.refusal(invalid(terms.tenant(), key, options), key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
    }
    Level level = options.level() == null ? defaults.readLevel() : options.level();
    GetRequest.Builder request =
        GetRequest.newBuilder()
            .setTenant(Words.tenantToWire(terms.tenant()))
            .setKey(Words.bytes(key));
    if (level != null) {
      request.setLevel(Words.toWire(level));
    }
    if (options.repair() != null) {
      request.setReadRepair(Words.toWire(options.repair()));
    }
    return requests.submit(
        new Call.Get<>(
            face,
            terms.tenant(),
            key,
            level,
            request.build(),
            terms.startNanos(),
            terms.timeoutNanos()),
        terms);
  }

  CompletableFuture<UpdateResult> update(
      Face<?, UpdateResult> face,
      String tenant,
      byte[] key,
      List<FieldChange> changes,
      WriteOptions options) {
    Terms<UpdateResult> terms =
        requests.terms(Operation.UPDATE, of(tenant, options.tenant()), options.timeout());
    QuorateException refusal =
        requests.refusal(invalid(terms.tenant(), key, changes, options), key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
    }
    if (changes.isEmpty()) {
      return Requests.done(NOTHING, terms);
    }
    Level level = options.level() == null ? defaults.writeLevel() : options.level();
    return requests.submit(
        new ChangeCall(
            face, terms.tenant(), key, level, changes, terms.startNanos(), terms.timeoutNanos()),
        terms);
  }

  /** As {@link #update}; what is said cannot be, the future fails with. */
  CompletableFuture<UpdateResult> change(
      Face<?, UpdateResult> face,
      String tenant,
      byte[] key,
      Supplier<List<FieldChange>> said,
      WriteOptions options) {
    try {
      return update(face, tenant, key, said.get(), options);
    } catch (InvalidRequestException invalid) {
      return Requests.refused(
          invalid,
          requests.terms(Operation.UPDATE, of(tenant, options.tenant()), options.timeout()));
    }
  }

  private static @Nullable InvalidRequestException invalid(
      String tenant, byte[] key, ReadOptions options) {
    if (options.fallback() != null || options.minVersion() != null) {
      return new InvalidRequestException(
          "a read of a counter, a set or a map takes no fallback and no version: leave them out");
    }
    return options.fenceToken() == 0 ? Checks.operation(tenant, key) : takesNoToken();
  }

  private static @Nullable InvalidRequestException invalid(
      String tenant, byte[] key, List<FieldChange> changes, WriteOptions options) {
    if (options.ttl() != null) {
      return new InvalidRequestException(
          "an update of a counter, a set or a map takes no time to live: fields do not expire");
    }
    if (options.fenceToken() != 0) {
      return takesNoToken();
    }
    if (options.condition() != null) {
      return new InvalidRequestException(
          "an update of a counter, a set or a map takes no condition: those of fields() of a"
              + " linearizable tenant do");
    }
    InvalidRequestException refused = Checks.operation(tenant, key);
    return refused == null ? FieldWords.refusal(changes) : refused;
  }

  private static InvalidRequestException takesNoToken() {
    return new InvalidRequestException(
        "counters, sets and maps take no token of a lock: fences need a linearizable tenant");
  }

  private static String of(String tenant, @Nullable String given) {
    return given == null ? tenant : given;
  }
}
