package io.quorate.client.internal.kv;

import io.quorate.client.AsyncCounters;
import io.quorate.client.CounterValue;
import io.quorate.client.Counters;
import io.quorate.client.ReadOptions;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Waiting;

/** Waits for what counters answer. */
public final class BlockingCounters implements Counters {
  private final AsyncCounters async;
  private final Waiting waiting;

  public BlockingCounters(AsyncCounters async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public UpdateResult increment(byte[] key, long by, WriteOptions options) {
    return waiting.forWrite(async.increment(key, by, options));
  }

  @Override
  public UpdateResult decrement(byte[] key, long by, WriteOptions options) {
    return waiting.forWrite(async.decrement(key, by, options));
  }

  @Override
  public CounterValue get(byte[] key, ReadOptions options) {
    return waiting.forRead(async.get(key, options));
  }
}
