package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.Store;
import io.quorate.client.GetResult;
import io.quorate.client.ReadOptions;
import io.quorate.client.ResultInfo;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A store in memory that keeps its promises, unless a test makes it break one. */
class FakeStore implements Store {
  private static final ResultInfo INFO = ResultInfo.of(0, 1, new long[] {1, 2}, false);

  private final Map<ByteBuffer, Stored> stored = new HashMap<>();
  private long clock;

  /** A value and its version. */
  record Stored(byte[] value, Version version) {}

  @Override
  public synchronized CompletableFuture<WriteResult> put(
      byte[] key, byte[] value, WriteOptions options) {
    Version version = Version.of(0, ++clock, 1, 1);
    store(ByteBuffer.wrap(key), new Stored(value, version));
    return CompletableFuture.completedFuture(WriteResult.of(version, INFO));
  }

  void forget(ByteBuffer key) {
    stored.remove(key);
  }

  void store(ByteBuffer key, Stored value) {
    stored.put(key, value);
  }

  @Override
  public synchronized CompletableFuture<GetResult> get(byte[] key, ReadOptions options) {
    Stored found = stored.get(ByteBuffer.wrap(key));
    return CompletableFuture.completedFuture(
        found == null
            ? GetResult.builder().info(INFO).build()
            : GetResult.builder().value(found.value()).version(found.version()).info(INFO).build());
  }
}
