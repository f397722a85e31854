package io.quorate.client.internal.kv;

import io.quorate.client.AsyncDeletion;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.DeletionOptions;
import io.quorate.client.DeletionResult;
import io.quorate.client.Entry;
import io.quorate.client.GetResult;
import io.quorate.client.IncrementOptions;
import io.quorate.client.IncrementResult;
import io.quorate.client.KeyValue;
import io.quorate.client.Outcome;
import io.quorate.client.ReadOptions;
import io.quorate.client.Scan;
import io.quorate.client.ScanOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.engine.Waiting;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Waits for what {@link AsyncKeyValue} answers. */
public final class BlockingKeyValue implements KeyValue {
  private final AsyncKeyValue async;
  private final Waiting waiting;

  public BlockingKeyValue(AsyncKeyValue async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public WriteResult put(byte[] key, byte[] value, WriteOptions options) {
    return waiting.forWrite(async.put(key, value, options));
  }

  @Override
  public GetResult get(byte[] key, ReadOptions options) {
    return waiting.forRead(async.get(key, options));
  }

  @Override
  public WriteResult delete(byte[] key, WriteOptions options) {
    return waiting.forWrite(async.delete(key, options));
  }

  @Override
  public IncrementResult increment(byte[] key, long by, IncrementOptions options) {
    return waiting.forWrite(async.increment(key, by, options));
  }

  @Override
  public List<Outcome<GetResult>> getAll(List<byte[]> keys, ReadOptions options) {
    CompletableFuture<List<Outcome<GetResult>>> all = async.getAll(keys, options);
    try {
      return waiting.forRead(all);
    } finally {
      boolean unused = all.cancel(false); // of no effect unless this thread was interrupted
    }
  }

  @Override
  public List<Outcome<WriteResult>> putAll(List<Entry> entries, WriteOptions options) {
    CompletableFuture<List<Outcome<WriteResult>>> all = async.putAll(entries, options);
    try {
      return waiting.forWrite(all);
    } finally {
      boolean unused = all.cancel(false); // of no effect unless this thread was interrupted
    }
  }

  @Override
  public DeletionResult deleteAll(byte[] prefix, DeletionOptions options) {
    waiting.refuseOnEventLoop();
    AsyncDeletion deletion = async.deleteAll(prefix, options);
    try {
      return waiting.forWrite(deletion.result());
    } finally {
      deletion.cancel(); // of no effect unless this thread was interrupted
    }
  }

  @Override
  public Scan scan(byte[] prefix, ScanOptions options) {
    return new PagedScan(async.scan(prefix, options), options.cursor(), waiting);
  }
}
