package io.quorate.client.internal.kv;

import io.quorate.client.AsyncFields;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.DecodingException;
import io.quorate.client.FieldsUpdate;
import io.quorate.client.FieldsValue;
import io.quorate.client.FinishedRequest.Operation;
import io.quorate.client.GetResult;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Level;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Session;
import io.quorate.client.internal.engine.UpdateFieldsCall;
import io.quorate.client.internal.engine.Words;
import io.quorate.client.internal.kv.Requests.Terms;
import io.quorate.client.internal.text.TenantName;
import io.quorate.proto.v1.FieldCondition;
import io.quorate.proto.v1.FieldEdit;
import io.quorate.proto.v1.UpdateFieldsRequest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Turns updates of the maps that linearizable keys have into calls that travel on the nodes' pipes.
 * They are part of no session: reads see the updates before them.
 */
public final class PipedFieldMaps implements AsyncFields {
  private final AsyncKeyValue values;
  private final Requests requests;
  private final Session session;
  private final String tenant;

  PipedFieldMaps(AsyncKeyValue values, Requests requests, Session session, String tenant) {
    TenantName.check(tenant);
    this.values = values;
    this.requests = requests;
    this.session = session;
    this.tenant = tenant;
  }

  @Override
  public CompletableFuture<WriteResult> update(
      byte[] key, FieldsUpdate update, WriteOptions options) {
    Terms<WriteResult> terms =
        requests.terms(Operation.UPDATE_FIELDS, of(options.tenant()), options.timeout());
    QuorateException refusal =
        requests.refusal(invalid(terms.tenant(), key, update, options), key, terms);
    if (refusal != null) {
      return Requests.refused(refusal, terms);
    }
    UpdateFieldsRequest.Builder request =
        UpdateFieldsRequest.newBuilder()
            .setTenant(Words.tenantToWire(terms.tenant()))
            .setKey(Words.bytes(key))
            .setRequestId(session.nextRequest())
            .setFenceToken(options.fenceToken());
    update
        .conditions()
        .forEach((field, expected) -> request.addConditions(toWire(field, expected)));
    update.edits().forEach((field, edit) -> request.addEdits(toWire(field, edit)));
    if (options.condition() != null) {
      request.setCondition(Words.toWire(options.condition()));
    }
    return requests.submit(
        new UpdateFieldsCall(
            terms.tenant(), key, request.build(), terms.startNanos(), terms.timeoutNanos()),
        terms);
  }

  private static FieldCondition toWire(String field, FieldsUpdate.Expected expected) {
    FieldCondition.Builder condition = FieldCondition.newBuilder().setField(field);
    byte[] value = expected.value();
    if (value != null) {
      condition.setValue(Words.bytes(value));
    } else if (expected.isPresent()) {
      condition.setPresent(true);
    } else {
      condition.setAbsent(true);
    }
    return condition.build();
  }

  private static FieldEdit toWire(String field, FieldsUpdate.Edit edit) {
    byte[] value = edit.value();
    FieldEdit.Builder wire = FieldEdit.newBuilder().setField(field);
    return (value == null ? wire.setRemove(true) : wire.setSet(Words.bytes(value))).build();
  }

  private static @Nullable InvalidRequestException invalid(
      String tenant, byte[] key, FieldsUpdate update, WriteOptions options) {
    if (update.edits().isEmpty()) {
      return new InvalidRequestException("the update has no edit: set or remove a field");
    }
    if (options.ttl() != null) {
      return new InvalidRequestException(
          "an update of fields takes no time to live: linearizable keys do not expire");
    }
    if (options.level() != null && !options.level().equals(Level.QUORUM)) {
      return new InvalidRequestException(
          "fields are updated at level QUORUM: ask for that, or leave it out");
    }
    return Checks.write(tenant, key, options.condition());
  }

  @Override
  public CompletableFuture<FieldsValue> get(byte[] key, ReadOptions options) {
    return read(key, options).thenApply(PipedFieldMaps::decoded);
  }

  /** Reads the value of a key. */
  CompletableFuture<GetResult> read(byte[] key, ReadOptions options) {
    return options.fallback() == null
        ? values.get(key, options.tenant() == null ? options.tenant(tenant) : options)
        : CompletableFuture.failedFuture(
            new InvalidRequestException("a read of fields takes no fallback: leave it out"));
  }

  /**
   * Returns the map that was read.
   *
   * @throws DecodingException it is another value
   */
  static FieldsValue decoded(GetResult result) {
    byte[] value = result.value();
    if (value == null) {
      return FieldsValue.none(result.version(), result.info());
    }
    try {
      return FieldsValue.of(FieldMapLayout.read(value), result.version(), result.info());
    } catch (IllegalArgumentException noMap) {
      throw new DecodingException(result, noMap);
    }
  }

  private String of(@Nullable String given) {
    return given == null ? tenant : given;
  }
}
