package io.quorate.client.internal.kv;

import io.quorate.client.AsyncMaps;
import io.quorate.client.MapUpdate;
import io.quorate.client.MapValue;
import io.quorate.client.Maps;
import io.quorate.client.ReadOptions;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Waiting;

/** Waits for what maps answer. */
public final class BlockingMaps implements Maps {
  private final AsyncMaps async;
  private final Waiting waiting;

  public BlockingMaps(AsyncMaps async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public UpdateResult update(byte[] key, MapUpdate update, WriteOptions options) {
    return waiting.forWrite(async.update(key, update, options));
  }

  @Override
  public MapValue get(byte[] key, ReadOptions options) {
    return waiting.forRead(async.get(key, options));
  }
}
