package io.quorate.client;

import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.PutRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Turns what the caller asks for into calls that travel on the nodes' pipes. */
final class PipedKeyValue implements AsyncKeyValue {
  private final Engine engine;
  private final Session session;
  private final ClientSettings settings;
  private final long timeoutNanos;

  PipedKeyValue(Engine engine, Session session, ClientSettings settings) {
    this.engine = engine;
    this.session = session;
    this.settings = settings;
    this.timeoutNanos = settings.timeout().toNanos();
  }

  @Override
  public CompletableFuture<WriteResult> put(byte[] key, byte[] value, WriteOptions options) {
    InvalidRequestException refused = Checks.key(key);
    if (refused == null) {
      refused = Checks.value(value);
    }
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    String tenant = tenant(options.tenant());
    long now = engine.loop().nanos();
    OverloadedException heldBack = engine.refusal(tenant, now);
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
      request.setTtlMs(options.ttl().toMillis());
    }
    return submit(
        new Call.Put(tenant, key, options.level(), request.build(), now, nanos(options.timeout())));
  }

  @Override
  public CompletableFuture<WriteResult> delete(byte[] key, WriteOptions options) {
    InvalidRequestException refused = Checks.key(key);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    String tenant = tenant(options.tenant());
    long now = engine.loop().nanos();
    OverloadedException heldBack = engine.refusal(tenant, now);
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
            tenant, key, options.level(), request.build(), now, nanos(options.timeout())));
  }

  @Override
  public CompletableFuture<GetResult> get(byte[] key, ReadOptions options) {
    InvalidRequestException refused = Checks.key(key);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    String tenant = tenant(options.tenant());
    FallbackSource fallback = options.fallback();
    long now = engine.loop().nanos();
    OverloadedException heldBack = engine.refusal(tenant, now);
    if (heldBack != null) {
      CompletableFuture<GetResult> refusal = CompletableFuture.failedFuture(heldBack);
      return fallback == null ? refusal : orElse(refusal, key, fallback);
    }
    GetRequest.Builder request =
        GetRequest.newBuilder().setTenant(Words.tenantToWire(tenant)).setKey(Words.bytes(key));
    if (options.level() != null) {
      request.setLevel(Words.toWire(options.level()));
    }
    if (options.repair() != null) {
      request.setRepair(Words.toWire(options.repair().mode()));
      request.setBackgroundPercent(options.repair().backgroundPercent());
    }
    CompletableFuture<GetResult> read =
        submit(
            new Call.Get(
                tenant, key, options.level(), request.build(), now, nanos(options.timeout())));
    return fallback == null ? read : orElse(read, key, fallback);
  }

  private static CompletableFuture<GetResult> orElse(
      CompletableFuture<GetResult> read, byte[] key, FallbackSource fallback) {
    return read.exceptionallyCompose(
        failure ->
            clusterCannotAnswer(failure)
                ? fallback.read(key).thenApply(GetResult::fromFallback)
                : CompletableFuture.failedFuture(failure));
  }

  /** A request that is wrong is wrong whoever is asked. */
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

  private <T> CompletableFuture<T> submit(Call<T> call) {
    engine.submit(call);
    return call.future;
  }

  private String tenant(@Nullable String given) {
    return given == null ? settings.tenant() : given;
  }

  private long nanos(@Nullable Duration timeout) {
    return timeout == null ? timeoutNanos : timeout.toNanos();
  }
}
