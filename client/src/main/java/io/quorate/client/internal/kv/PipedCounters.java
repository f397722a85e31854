package io.quorate.client.internal.kv;

import io.quorate.client.AsyncCounters;
import io.quorate.client.CounterValue;
import io.quorate.client.FieldChange;
import io.quorate.client.FieldChange.Operation;
import io.quorate.client.FieldKind;
import io.quorate.client.ReadOptions;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Face;
import io.quorate.client.internal.text.TenantName;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Says of counters to {@link PipedFields} what is changed. */
public final class PipedCounters implements AsyncCounters {
  private final PipedFields fields;
  private final String tenant;

  public PipedCounters(PipedFields fields, String tenant) {
    TenantName.check(tenant);
    this.fields = fields;
    this.tenant = tenant;
  }

  @Override
  public CompletableFuture<UpdateResult> increment(byte[] key, long by, WriteOptions options) {
    return count(key, Operation.INCREMENT, by, options);
  }

  @Override
  public CompletableFuture<UpdateResult> decrement(byte[] key, long by, WriteOptions options) {
    return count(key, Operation.DECREMENT, by, options);
  }

  @Override
  public CompletableFuture<CounterValue> get(byte[] key, ReadOptions options) {
    return fields.get(Face.COUNTERS, tenant, key, options);
  }

  private CompletableFuture<UpdateResult> count(
      byte[] key, Operation operation, long by, WriteOptions options) {
    return fields.change(
        Face.COUNTERS,
        tenant,
        key,
        () -> List.of(FieldChange.count("", FieldKind.COUNTER, operation, by)),
        options);
  }
}
