package io.quorate.cli.bench.checked;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.GetResult;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.util.concurrent.CompletableFuture;

/** What is asked of keys that have one value: of a client, or of one of its sessions. */
public interface Store {
  /** Reads a key, as {@link AsyncKeyValue#get(byte[], ReadOptions)} does. */
  CompletableFuture<GetResult> get(byte[] key, ReadOptions options);

  /** Writes a key, as {@link AsyncKeyValue#put(byte[], byte[], WriteOptions)} does. */
  CompletableFuture<WriteResult> put(byte[] key, byte[] value, WriteOptions options);

  static Store of(AsyncKeyValue keys) {
    return new Store() {
      @Override
      public CompletableFuture<GetResult> get(byte[] key, ReadOptions options) {
        return keys.get(key, options);
      }

      @Override
      public CompletableFuture<WriteResult> put(byte[] key, byte[] value, WriteOptions options) {
        return keys.put(key, value, options);
      }
    };
  }
}
