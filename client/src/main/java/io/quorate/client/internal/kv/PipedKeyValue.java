package io.quorate.client.internal.kv;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncScan;
import io.quorate.client.ClientClosedException;
import io.quorate.client.Entry;
import io.quorate.client.FailureInfo;
import io.quorate.client.FallbackSource;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.GetResult;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Level;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.ScanOptions;
import io.quorate.client.UnavailableException;
import io.quorate.client.UnknownTenantException;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.InSession;
import io.quorate.client.internal.engine.Patience;
import io.quorate.client.internal.engine.Session;
import io.quorate.client.internal.engine.Words;
import io.quorate.client.internal.session.SessionMemory.Name;
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
  private final @Nullable ListenerCalls told;

  /** The session that all operations are part of; null: there is none. */
  private final @Nullable InSession within;

  private final long timeoutNanos;

  /**
   * How one operation is carried out: what its options and the defaults say together, and who asks.
   *
   * @param ending hears how it ends; null: no one asked
   */
  private record Terms<T>(
      String tenant,
      Patience patience,
      long startNanos,
      long timeoutNanos,
      Call.@Nullable Ending<T> ending) {}

  /**
   * @param patience {@link Patience#WAITS} if a thread waits for each call
   * @param told tells a listener of finished requests; null: there is none
   */
  public PipedKeyValue(
      Engine engine,
      Session session,
      Defaults defaults,
      Patience patience,
      @Nullable ListenerCalls told) {
    this(engine, session, defaults, patience, told, null);
  }

  /**
   * @param patience {@link Patience#WAITS} if a thread waits for each call
   * @param told tells a listener of finished requests; null: there is none
   * @param within the session that all operations are part of; null: there is none
   */
  public PipedKeyValue(
      Engine engine,
      Session session,
      Defaults defaults,
      Patience patience,
      @Nullable ListenerCalls told,
      @Nullable InSession within) {
    this.engine = engine;
    this.session = session;
    this.defaults = defaults;
    this.patience = patience;
    this.told = told;
    this.within = within;
    this.timeoutNanos = Checks.nanos(defaults.timeout());
  }

  @Override
  public CompletableFuture<WriteResult> put(byte[] key, byte[] value, WriteOptions options) {
    return put(key, value, options, terms(Operation.PUT, options.tenant(), options.timeout()));
  }

  private CompletableFuture<WriteResult> put(
      byte[] key, byte[] value, WriteOptions options, Terms<WriteResult> terms) {
    String tenant = terms.tenant();
    QuorateException refusal = refusal(Checks.put(tenant, key, value), key, terms);
    if (refusal != null) {
      return refused(refusal, terms);
    }
    PutRequest.Builder request =
        PutRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setValue(Words.bytes(value))
            .setRequestId(session.nextRequest());
    Level level = options.level() == null ? defaults.writeLevel() : options.level();
    if (level != null) {
      request.setLevel(Words.toWire(level));
    }
    if (within != null) {
      request.setAboveHlc(within.memory().highest());
    }
    if (options.ttl() != null) {
      request.setTtlMs(Checks.millis(options.ttl()));
    }
    return submit(
        new Call.Put(tenant, key, level, request.build(), terms.startNanos(), terms.timeoutNanos()),
        terms);
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
    String tenant = tenant(options.tenant());
    ListenerCalls.OfBatch<WriteResult> heard =
        told == null ? null : told.batch(Operation.PUT_ALL, tenant, start);
    Terms<WriteResult> each =
        new Terms<>(
            tenant, Patience.PACED, start, timeout, heard == null ? null : heard::onCallEnded);
    return new Batch<WriteResult>(
            engine,
            new Batch.Parts<>(
                "putAll",
                all.size(),
                index -> all.get(index).key().length + all.get(index).value().length,
                index -> {
                  Entry entry = all.get(index);
                  return put(entry.key(), entry.value(), options, each);
                },
                (index, failure) -> null,
                heard == null ? outcomes -> {} : heard::onEnded),
            start,
            timeout)
        .start();
  }

  @Override
  public CompletableFuture<WriteResult> delete(byte[] key, WriteOptions options) {
    Terms<WriteResult> terms = terms(Operation.DELETE, options.tenant(), options.timeout());
    String tenant = terms.tenant();
    QuorateException refusal = refusal(Checks.operation(tenant, key), key, terms);
    if (refusal != null) {
      return refused(refusal, terms);
    }
    DeleteRequest.Builder request =
        DeleteRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setRequestId(session.nextRequest());
    Level level = options.level() == null ? defaults.writeLevel() : options.level();
    if (level != null) {
      request.setLevel(Words.toWire(level));
    }
    if (within != null) {
      request.setAboveHlc(within.memory().highest());
    }
    return submit(
        new Call.Delete(
            tenant, key, level, request.build(), terms.startNanos(), terms.timeoutNanos()),
        terms);
  }

  @Override
  public CompletableFuture<GetResult> get(byte[] key, ReadOptions options) {
    FallbackSource fallback = options.fallback();
    CompletableFuture<GetResult> read =
        get(key, options, terms(Operation.GET, options.tenant(), options.timeout()));
    return fallback == null ? read : orElse(read, key, fallback);
  }

  private CompletableFuture<GetResult> get(
      byte[] key, ReadOptions options, Terms<GetResult> terms) {
    String tenant = terms.tenant();
    QuorateException refusal = refusal(Checks.operation(tenant, key), key, terms);
    if (refusal != null) {
      return refused(refusal, terms);
    }
    GetRequest.Builder request =
        GetRequest.newBuilder().setTenant(Words.tenantToWire(tenant)).setKey(Words.bytes(key));
    Level level = options.level() == null ? defaults.readLevel() : options.level();
    if (level != null) {
      request.setLevel(Words.toWire(level));
    }
    if (options.repair() != null) {
      request.setReadRepair(Words.toWire(options.repair()));
    }
    if (options.minVersion() != null) {
      request.setMinVersion(Words.toWire(options.minVersion()));
    }
    return submit(
        new Call.Get(tenant, key, level, request.build(), terms.startNanos(), terms.timeoutNanos()),
        terms);
  }

  @Override
  public CompletableFuture<List<Outcome<GetResult>>> getAll(
      List<byte[]> keys, ReadOptions options) {
    List<byte[]> all = List.copyOf(keys);
    FallbackSource fallback = options.fallback();
    long start = engine.loop().nanos();
    long timeout = nanos(options.timeout());
    String tenant = tenant(options.tenant());
    ListenerCalls.OfBatch<GetResult> heard =
        told == null ? null : told.batch(Operation.GET_ALL, tenant, start);
    Terms<GetResult> each =
        new Terms<>(
            tenant, Patience.PACED, start, timeout, heard == null ? null : heard::onCallEnded);
    return new Batch<GetResult>(
            engine,
            new Batch.Parts<>(
                "getAll",
                all.size(),
                index -> all.get(index).length,
                index -> get(all.get(index), options, each),
                (index, failure) ->
                    fallback == null || !clusterCannotAnswer(failure)
                        ? null
                        : fallback.read(all.get(index)).thenApply(GetResult::fromFallback),
                heard == null ? outcomes -> {} : heard::onEnded),
            start,
            timeout)
        .start();
  }

  /**
   * Why a call is not made: it is invalid, or most are refused. Null if it is made, or waits and is
   * held back later.
   */
  private @Nullable QuorateException refusal(
      @Nullable InvalidRequestException invalid, byte[] key, Terms<?> terms) {
    if (invalid != null) {
      return invalid;
    }
    if (within != null && within.memory().isFullFor(new Name(terms.tenant(), key))) {
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

  private static <T> CompletableFuture<T> refused(QuorateException refusal, Terms<T> terms) {
    if (terms.ending() != null) {
      terms.ending().onEnded(0, null, refusal);
    }
    return CompletableFuture.failedFuture(refusal);
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
    Level level = defaults.readLevel();
    return new StreamedScan(
        engine,
        tenant(options.tenant()),
        prefix,
        level == null || options.level() != null ? options : options.level(level),
        nanos(options.timeout()),
        told);
  }

  private <T> Terms<T> terms(
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

  private <T> CompletableFuture<T> submit(Call<T> call, Terms<T> terms) {
    call.patience = terms.patience();
    call.ending = terms.ending();
    call.session = within;
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
