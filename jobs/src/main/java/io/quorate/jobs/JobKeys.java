package io.quorate.jobs;

import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.ReadOptions;
import io.quorate.client.Scan;
import io.quorate.client.ScanOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.nio.charset.StandardCharsets;

/** What jobs need of {@link KeyValue}, whose Javadoc says what each operation promises. */
interface JobKeys {
  GetResult get(String key, ReadOptions options);

  WriteResult put(String key, byte[] value, WriteOptions options);

  WriteResult delete(String key, WriteOptions options);

  Scan scan(String prefix, ScanOptions options);

  static JobKeys of(KeyValue all) {
    return new JobKeys() {
      @Override
      public GetResult get(String key, ReadOptions options) {
        return all.get(key, options);
      }

      @Override
      public WriteResult put(String key, byte[] value, WriteOptions options) {
        return all.put(key.getBytes(StandardCharsets.UTF_8), value, options);
      }

      @Override
      public WriteResult delete(String key, WriteOptions options) {
        return all.delete(key, options);
      }

      @Override
      public Scan scan(String prefix, ScanOptions options) {
        return all.scan(prefix, options);
      }
    };
  }
}
