package io.quorate.client.internal.kv;

import io.quorate.client.AsyncDeletion;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncScan;
import io.quorate.client.ClientClosedException;
import io.quorate.client.DeletionOptions;
import io.quorate.client.Entry;
import io.quorate.client.FallbackSource;
import io.quorate.client.FencedException;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.GetResult;
import io.quorate.client.IncrementOptions;
import io.quorate.client.IncrementResult;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Level;
import io.quorate.client.Outcome;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.ScanOptions;
import io.quorate.client.UnknownTenantException;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Face;
import io.quorate.client.internal.engine.InSession;
import io.quorate.client.internal.engine.IncrementCall;
import io.quorate.client.internal.engine.Patience;
import io.quorate.client.internal.engine.Session;
import io.quorate.client.internal.engine.Words;
import io.quorate.client.internal.kv.Requests.Terms;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.IncrementRequest;
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

  private final Requests requests;

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
    this.requests = new Requests(engine, defaults, patience, told, within);
  }

  @Override
  public CompletableFuture<WriteResult> put(byte[] key, byte[] value, WriteOptions options) {
    return put(
        key, value, options, requests.terms(Operation.PUT, options.tenant(), options.timeout()));
  }

  private CompletableFuture<WriteResult> put(
      byte[] key, byte[] value, WriteOptions options, Terms<WriteResult> terms) {
    String tenant = terms.tenant();
    QuorateException refusal =
        requests.refusal(Checks.put(tenant, key, value, options.condition()), key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
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
    if (options.condition() != null) {
      request.setCondition(Words.toWire(options.condition()));
    }
    request.setFenceToken(options.fenceToken());
    return requests.submit(
        new Call.Put<>(
            Face.VALUES,
            tenant,
            key,
            level,
            request.build(),
            terms.startNanos(),
            terms.timeoutNanos()),
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
    int besides = Words.valueBytes(options.condition());
    return requests.batch(
        Operation.PUT_ALL,
        options.tenant(),
        options.timeout(),
        (each, ended) ->
            new Batch.Operations<>(
                "putAll",
                all.size(),
                index -> all.get(index).key().length + all.get(index).value().length + besides,
                index -> {
                  Entry entry = all.get(index);
                  return put(entry.key(), entry.value(), options, each);
                },
                (index, failure) -> null,
                ended));
  }

  @Override
  public CompletableFuture<WriteResult> delete(byte[] key, WriteOptions options) {
    Terms<WriteResult> terms =
        requests.terms(Operation.DELETE, options.tenant(), options.timeout());
    String tenant = terms.tenant();
    QuorateException refusal =
        requests.refusal(Checks.write(tenant, key, options.condition()), key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
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
    if (options.condition() != null) {
      request.setCondition(Words.toWire(options.condition()));
    }
    request.setFenceToken(options.fenceToken());
    return requests.submit(
        new Call.Delete<>(
            Face.VALUES,
            tenant,
            key,
            level,
            request.build(),
            terms.startNanos(),
            terms.timeoutNanos()),
        terms);
  }

  @Override
  public CompletableFuture<IncrementResult> increment(
      byte[] key, long by, IncrementOptions options) {
    Terms<IncrementResult> terms =
        requests.terms(Operation.INCREMENT, options.tenant(), options.timeout());
    String tenant = terms.tenant();
    QuorateException refusal = requests.refusal(Checks.increment(tenant, key, options), key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
    }
    IncrementRequest.Builder request =
        IncrementRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setBy(by)
            .setRequestId(session.nextRequest())
            .setFenceToken(options.fenceToken());
    if (options.min() != Long.MIN_VALUE) {
      request.setMin(options.min());
    }
    if (options.max() != Long.MAX_VALUE) {
      request.setMax(options.max());
    }
    if (within != null) {
      request.setAboveHlc(within.memory().highest());
    }
    return requests.submit(
        new IncrementCall(tenant, key, request.build(), terms.startNanos(), terms.timeoutNanos()),
        terms);
  }

  /** Updates and reads the maps of fields that keys of a tenant have, outside of sessions. */
  public PipedFieldMaps fields(String tenant) {
    return new PipedFieldMaps(this, requests, session, tenant);
  }

  @Override
  public CompletableFuture<GetResult> get(byte[] key, ReadOptions options) {
    FallbackSource fallback = options.fallback();
    Terms<GetResult> terms = requests.terms(Operation.GET, options.tenant(), options.timeout());
    CompletableFuture<GetResult> read = get(key, options, terms);
    return fallback == null
        ? read
        : read.exceptionallyCompose(failure -> orElse(fallback, key, terms, failure));
  }

  private CompletableFuture<GetResult> get(
      byte[] key, ReadOptions options, Terms<GetResult> terms) {
    String tenant = terms.tenant();
    QuorateException refusal = requests.refusal(Checks.operation(tenant, key), key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
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
    request.setFenceToken(options.fenceToken());
    return requests.submit(
        new Call.Get<>(
            Face.VALUES,
            tenant,
            key,
            level,
            request.build(),
            terms.startNanos(),
            terms.timeoutNanos()),
        terms);
  }

  @Override
  public CompletableFuture<List<Outcome<GetResult>>> getAll(
      List<byte[]> keys, ReadOptions options) {
    List<byte[]> all = List.copyOf(keys);
    FallbackSource fallback = options.fallback();
    return requests.batch(
        Operation.GET_ALL,
        options.tenant(),
        options.timeout(),
        (each, ended) ->
            new Batch.Operations<>(
                "getAll",
                all.size(),
                index -> all.get(index).length,
                index -> get(all.get(index), options, each),
                (index, failure) ->
                    fallback == null ? null : orElse(fallback, all.get(index), each, failure),
                ended));
  }

  /** Reads from another source what the cluster could not read, if that may help. */
  private CompletableFuture<GetResult> orElse(
      FallbackSource fallback, byte[] key, Terms<GetResult> terms, Throwable failure) {
    QuorateException cause = QuorateException.causeOf(failure);
    return clusterCannotAnswer(cause)
        ? Fallback.read(
            engine.loop(), fallback, key, terms.startNanos() + terms.timeoutNanos(), cause)
        : CompletableFuture.failedFuture(cause);
  }

  /** Whether another source may answer: what is wrong, or denied, is so everywhere. */
  private static boolean clusterCannotAnswer(QuorateException cause) {
    return !(cause instanceof InvalidRequestException
        || cause instanceof UnknownTenantException
        || cause instanceof PermissionDeniedException
        || cause instanceof FencedException
        || cause instanceof ClientClosedException);
  }

  @Override
  public AsyncDeletion deleteAll(byte[] prefix, DeletionOptions options) {
    WriteOptions write = options.write();
    Level level = options.readLevel();
    ScanOptions pages =
        ScanOptions.DEFAULT
            .level(level == null ? Level.QUORUM : level)
            .keysOnly(true)
            .cursor(options.cursor())
            .tenant(requests.tenant(write.tenant()));
    Duration timeout = write.timeout();
    pages = timeout == null ? pages : pages.timeout(timeout);
    return new PrefixDeletion(
            engine,
            this,
            new PipedSiblings(engine, session, defaults, patience, told),
            scan(prefix, pages),
            options,
            requests.nanos(timeout))
        .start();
  }

  @Override
  public AsyncScan scan(byte[] prefix, ScanOptions options) {
    Level level = defaults.readLevel();
    return new StreamedScan(
        engine,
        requests.tenant(options.tenant()),
        prefix,
        level == null || options.level() != null ? options : options.level(level),
        requests.nanos(options.timeout()),
        told);
  }
}
