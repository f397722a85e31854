package io.quorate.client.internal.kv;

import io.quorate.client.AsyncSets;
import io.quorate.client.FieldChange;
import io.quorate.client.FieldChange.Operation;
import io.quorate.client.ReadOptions;
import io.quorate.client.SetValue;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Face;
import io.quorate.client.internal.text.TenantName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Says of sets to {@link PipedFields} what is changed. */
public final class PipedSets implements AsyncSets {
  private final PipedFields fields;
  private final String tenant;

  public PipedSets(PipedFields fields, String tenant) {
    TenantName.check(tenant);
    this.fields = fields;
    this.tenant = tenant;
  }

  @Override
  public CompletableFuture<UpdateResult> add(
      byte[] key, List<byte[]> elements, WriteOptions options) {
    return change(key, Operation.ADD, elements, null, options);
  }

  @Override
  public CompletableFuture<UpdateResult> remove(
      byte[] key, List<byte[]> elements, WriteOptions options) {
    return change(key, Operation.REMOVE, elements, null, options);
  }

  @Override
  public CompletableFuture<UpdateResult> remove(
      byte[] key, SetValue seen, List<byte[]> elements, WriteOptions options) {
    return change(key, Operation.REMOVE, elements, seen, options);
  }

  @Override
  public CompletableFuture<SetValue> get(byte[] key, ReadOptions options) {
    return fields.get(Face.SETS, tenant, key, options);
  }

  private CompletableFuture<UpdateResult> change(
      byte[] key,
      Operation operation,
      List<byte[]> elements,
      @Nullable SetValue seen,
      WriteOptions options) {
    return fields.change(
        Face.SETS, tenant, key, () -> FieldChange.elements("", operation, elements, seen), options);
  }
}
