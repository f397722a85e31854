package io.quorate.client.internal.kv;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncScan;
import io.quorate.client.ClientClosedException;
import io.quorate.client.Entry;
import io.quorate.client.FallbackSource;
import io.quorate.client.GetResult;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Outcome;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.ScanOptions;
import io.quorate.client.UnknownTenantException;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Patience;
import io.quorate.client.internal.engine.Session;
import io.quorate.client.internal.engine.Words;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.PutRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Turns what the caller asks for into calls that travel on the nodes' pipes. */
public final class PipedKeyValue implements AsyncKeyValue {
  private final Engine engine;
  private final Session session;
  private final Defaults defaults;
  private final Patience patience;
  private final long timeoutNanos;

  /**
   * @param patience {@link Patience#WAITS} if a thread waits for each call
   */
  public PipedKeyValue(Engine engine, Session session, Defaults defaults, Patience patience) {
    this.engine = engine;
    this.session = session;
    this.defaults = defaults;
    this.patience = patience;
    this.timeoutNanos = Checks.nanos(defaults.timeout());
  }

  @Override
  public CompletableFuture<WriteResult> put(byte[] key, byte[] value, WriteOptions options) {
    long now = engine.loop().nanos();
    return put(key, value, options, patience, now, nanos(options.timeout()));
  }

  private CompletableFuture<WriteResult> put(
      byte[] key,
      byte[] value,
      WriteOptions options,
      Patience patience,
      long startNanos,
      long timeout) {
    String tenant = tenant(options.tenant());
    InvalidRequestException refused = Checks.operation(tenant, key);
    if (refused == null) {
      refused = Checks.value(value);
    }
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    OverloadedException heldBack = heldBack(tenant, patience, startNanos);
    if (heldBack != null) {
      return CompletableFuture.failedFuture(heldBack);
    }
    PutRequest.Builder request =
        PutRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setValue(Words.bytes(value))
            .setRequestId(session.nextRequest());
    if (options.level() != null) {
      request.setLevel(Words.toWire(options.level()));
    }
    if (options.ttl() != null) {
      request.setTtlMs(Checks.millis(options.ttl()));
    }
    return submit(
        new Call.Put(tenant, key, options.level(), request.build(), startNanos, timeout), patience);
  }

  @Override
  public CompletableFuture<List<Outcome<WriteResult>>> putAll(
      List<Entry> entries, WriteOptions options) {
    List<Entry> all = List.copyOf(entries);
    for (Entry entry : all) {
      Objects.requireNonNull(entry.key(), "a key is null");
      Objects.requireNonNull(entry.value(), "a value is null");
    }
    long start = engine.loop().nanos();
    long timeout = nanos(options.timeout());
    return new Batch<WriteResult>(
            engine,
            new Batch.Parts<>(
                "putAll",
                all.size(),
                index -> all.get(index).key().length + all.get(index).value().length,
                index -> {
                  Entry entry = all.get(index);
                  return put(entry.key(), entry.value(), options, Patience.PACED, start, timeout);
                },
                (index, failure) -> null),
            start,
            timeout)
        .start();
  }

  @Override
  public CompletableFuture<WriteResult> delete(byte[] key, WriteOptions options) {
    String tenant = tenant(options.tenant());
    InvalidRequestException refused = Checks.operation(tenant, key);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    long now = engine.loop().nanos();
    OverloadedException heldBack = heldBack(tenant, patience, now);
    if (heldBack != null) {
      return CompletableFuture.failedFuture(heldBack);
    }
    DeleteRequest.Builder request =
        DeleteRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setRequestId(session.nextRequest());
    if (options.level() != null) {
      request.setLevel(Words.toWire(options.level()));
    }
    return submit(
        new Call.Delete(
            tenant, key, options.level(), request.build(), now, nanos(options.timeout())),
        patience);
  }

  @Override
  public CompletableFuture<GetResult> get(byte[] key, ReadOptions options) {
    long now = engine.loop().nanos();
    FallbackSource fallback = options.fallback();
    CompletableFuture<GetResult> read = get(key, options, patience, now, nanos(options.timeout()));
    return fallback == null ? read : orElse(read, key, fallback);
  }

  private CompletableFuture<GetResult> get(
      byte[] key, ReadOptions options, Patience patience, long startNanos, long timeout) {
    String tenant = tenant(options.tenant());
    InvalidRequestException refused = Checks.operation(tenant, key);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    OverloadedException heldBack = heldBack(tenant, patience, startNanos);
    if (heldBack != null) {
      return CompletableFuture.failedFuture(heldBack);
    }
    GetRequest.Builder request =
        GetRequest.newBuilder().setTenant(Words.tenantToWire(tenant)).setKey(Words.bytes(key));
    if (options.level() != null) {
      request.setLevel(Words.toWire(options.level()));
    }
    if (options.repair() != null) {
      request.setReadRepair(Words.toWire(options.repair()));
    }
    return submit(
        new Call.Get(tenant, key, options.level(), request.build(), startNanos, timeout), patience);
  }

  @Override
  public CompletableFuture<List<Outcome<GetResult>>> getAll(
      List<byte[]> keys, ReadOptions options) {
    List<byte[]> all = List.copyOf(keys);
    FallbackSource fallback = options.fallback();
    long start = engine.loop().nanos();
    long timeout = nanos(options.timeout());
    return new Batch<GetResult>(
            engine,
            new Batch.Parts<>(
                "getAll",
                all.size(),
                index -> all.get(index).length,
                index -> get(all.get(index), options, Patience.PACED, start, timeout),
                (index, failure) ->
                    fallback == null || !clusterCannotAnswer(failure)
                        ? null
                        : fallback.read(all.get(index)).thenApply(GetResult::fromFallback)),
            start,
            timeout)
        .start();
  }

  /** Why a call is not worth being made; null if it is, or waits and is held back later. */
  private @Nullable OverloadedException heldBack(String tenant, Patience patience, long now) {
    return patience == Patience.NONE ? engine.refusal(tenant, now) : null;
  }

  private static CompletableFuture<GetResult> orElse(
      CompletableFuture<GetResult> read, byte[] key, FallbackSource fallback) {
    return read.exceptionallyCompose(
        failure ->
            clusterCannotAnswer(failure)
                ? fallback.read(key).thenApply(GetResult::fromFallback)
                : CompletableFuture.failedFuture(failure));
  }

  /** Whether another source may answer: a request that is wrong is wrong everywhere. */
  private static boolean clusterCannotAnswer(Throwable failure) {
    QuorateException cause = QuorateException.causeOf(failure);
    return !(cause instanceof InvalidRequestException
        || cause instanceof UnknownTenantException
        || cause instanceof ClientClosedException);
  }

  @Override
  public AsyncScan scan(byte[] prefix, ScanOptions options) {
    return new StreamedScan(
        engine, tenant(options.tenant()), prefix, options, nanos(options.timeout()));
  }

  private <T> CompletableFuture<T> submit(Call<T> call, Patience patience) {
    call.patience = patience;
    engine.submit(call);
    return call.future;
  }

  private String tenant(@Nullable String given) {
    return given == null ? defaults.tenant() : given;
  }

  private long nanos(@Nullable Duration timeout) {
    return timeout == null ? timeoutNanos : Checks.nanos(timeout);
  }
}
