package io.quorate.client.internal.kv;

import io.quorate.client.AsyncMaps;
import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import io.quorate.client.ReadOptions;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Face;
import io.quorate.client.internal.text.TenantName;
import java.util.concurrent.CompletableFuture;

/** Says of maps to {@link PipedFields} what is changed. */
public final class PipedMaps implements AsyncMaps {
  private final PipedFields fields;
  private final String tenant;

  public PipedMaps(PipedFields fields, String tenant) {
    TenantName.check(tenant);
    this.fields = fields;
    this.tenant = tenant;
  }

  @Override
  public CompletableFuture<UpdateResult> update(
      byte[] key, MapUpdate update, WriteOptions options) {
    return fields.update(Face.MAPS, tenant, key, update.changes(), options);
  }

  @Override
  public CompletableFuture<MapValue> get(byte[] key, ReadOptions options) {
    return fields.get(Face.MAPS, tenant, key, options);
  }
}
