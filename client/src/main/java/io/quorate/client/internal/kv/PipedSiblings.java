package io.quorate.client.internal.kv;

import com.google.protobuf.ByteString;
import io.quorate.client.Context;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Level;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Siblings;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Face;
import io.quorate.client.internal.engine.Patience;
import io.quorate.client.internal.engine.Session;
import io.quorate.client.internal.engine.Words;
import io.quorate.client.internal.kv.Requests.Terms;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.PutRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the caller asks of keys with siblings into calls that travel on the nodes' pipes. They
 * are part of no session: reads and writes at QUORUM see those before them.
 */
public final class PipedSiblings {
  private final Engine engine;
  private final Session session;
  private final Requests requests;

  /**
   * @param patience {@link Patience#WAITS} if a thread waits for each call
   * @param told tells a listener of finished requests; null: there is none
   */
  public PipedSiblings(
      Engine engine,
      Session session,
      Defaults defaults,
      Patience patience,
      @Nullable ListenerCalls told) {
    this.engine = engine;
    this.session = session;
    this.requests = new Requests(engine, defaults, patience, told, null);
  }

  CompletableFuture<Siblings<byte[]>> get(byte[] key, ReadOptions options) {
    Terms<Siblings<byte[]>> terms =
        requests.terms(Operation.GET, options.tenant(), options.timeout());
    String tenant = terms.tenant();
    InvalidRequestException invalid =
        options.fallback() == null
            ? Checks.operation(tenant, key)
            : new InvalidRequestException(
                "a read of siblings takes no fallback, since what that gives has no context");
    QuorateException refusal = requests.refusal(invalid, key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
    }
    Level level = atQuorum(options.level());
    GetRequest.Builder request =
        GetRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setLevel(Words.toWire(level));
    if (options.repair() != null) {
      request.setReadRepair(Words.toWire(options.repair()));
    }
    if (options.minVersion() != null) {
      request.setMinVersion(Words.toWire(options.minVersion()));
    }
    request.setFenceToken(options.fenceToken());
    return requests.submit(
        new Call.Get<>(
            Face.SIBLINGS,
            tenant,
            key,
            level,
            request.build(),
            terms.startNanos(),
            terms.timeoutNanos()),
        terms);
  }

  CompletableFuture<SiblingWriteResult> put(
      byte[] key, byte[] value, Context context, WriteOptions options) {
    Terms<SiblingWriteResult> terms =
        requests.terms(Operation.PUT, options.tenant(), options.timeout());
    String tenant = terms.tenant();
    InvalidRequestException invalid =
        options.condition() == null ? Checks.put(tenant, key, value) : takesNoCondition();
    QuorateException refusal = requests.refusal(invalid, key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
    }
    Level level = atQuorum(options.level());
    PutRequest.Builder request =
        PutRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setValue(Words.bytes(value))
            .setContext(ByteString.copyFrom(context.bytes()))
            .setLevel(Words.toWire(level))
            .setFenceToken(options.fenceToken())
            .setRequestId(session.nextRequest());
    if (options.ttl() != null) {
      request.setTtlMs(Checks.millis(options.ttl()));
    }
    return requests.submit(
        new Call.Put<>(
            Face.SIBLINGS,
            tenant,
            key,
            level,
            request.build(),
            terms.startNanos(),
            terms.timeoutNanos()),
        terms);
  }

  CompletableFuture<SiblingWriteResult> delete(byte[] key, Context context, WriteOptions options) {
    Terms<SiblingWriteResult> terms =
        requests.terms(Operation.DELETE, options.tenant(), options.timeout());
    String tenant = terms.tenant();
    InvalidRequestException invalid =
        options.condition() == null ? Checks.operation(tenant, key) : takesNoCondition();
    QuorateException refusal = requests.refusal(invalid, key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
    }
    Level level = atQuorum(options.level());
    DeleteRequest request =
        DeleteRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setContext(ByteString.copyFrom(context.bytes()))
            .setLevel(Words.toWire(level))
            .setFenceToken(options.fenceToken())
            .setRequestId(session.nextRequest())
            .build();
    return requests.submit(
        new Call.Delete<>(
            Face.SIBLINGS, tenant, key, level, request, terms.startNanos(), terms.timeoutNanos()),
        terms);
  }

  /** The wire has no place for it: sent without it, the write would take effect at any rate. */
  private static InvalidRequestException takesNoCondition() {
    return new InvalidRequestException(
        "a key with siblings takes no condition: give the context of what was read instead");
  }

  /** The client's default levels are for other tenants; a level that the call names is judged. */
  private static Level atQuorum(@Nullable Level given) {
    return given == null ? Level.QUORUM : given;
  }

  /** A moment on the clock that timeouts are counted by. */
  long nanos() {
    return engine.loop().nanos();
  }

  /** How long an operation may take. */
  long timeoutNanos(@Nullable Duration timeout) {
    return requests.nanos(timeout);
  }
}
