package io.quorate.client.internal.kv;

import io.quorate.client.AsyncSets;
import io.quorate.client.ReadOptions;
import io.quorate.client.SetValue;
import io.quorate.client.Sets;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Waiting;
import java.util.List;

/** Waits for what sets answer. */
public final class BlockingSets implements Sets {
  private final AsyncSets async;
  private final Waiting waiting;

  public BlockingSets(AsyncSets async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public UpdateResult add(byte[] key, List<byte[]> elements, WriteOptions options) {
    return waiting.forWrite(async.add(key, elements, options));
  }

  @Override
  public UpdateResult remove(byte[] key, List<byte[]> elements, WriteOptions options) {
    return waiting.forWrite(async.remove(key, elements, options));
  }

  @Override
  public UpdateResult remove(
      byte[] key, SetValue seen, List<byte[]> elements, WriteOptions options) {
    return waiting.forWrite(async.remove(key, seen, elements, options));
  }

  @Override
  public SetValue get(byte[] key, ReadOptions options) {
    return waiting.forRead(async.get(key, options));
  }
}
