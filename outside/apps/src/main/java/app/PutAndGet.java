package app;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.Entry;
import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.Scan;
import io.quorate.client.ScanOptions;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.admin.Administration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What each application does with the client: it ends with an exception if anything is wrong. */
public final class PutAndGet {
  private PutAndGet() {}

  public static void run(String endpoints, String name) {
    try (QuorateClient client =
        QuorateClient.builder().endpoints(endpoints).timeout(Duration.ofSeconds(30)).build()) {
      KeyValue kv = client.keyValue();
      WriteResult stored = kv.put(name + ":1", "Ada");
      check("Ada".equals(kv.get(name + ":1").text()), "reads what it wrote: " + stored.version());

      AsyncKeyValue async = client.asyncKeyValue();
      async.put(name + ":2", "Grace").thenCompose(done -> async.get(name + ":2")).join();

      int count = Integer.getInteger("batch", 2_000);
      Duration patience = Duration.ofMinutes(5);
      List<Entry> entries = new ArrayList<>();
      List<byte[]> keys = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        entries.add(Entry.of(name + ":batch:" + i, "value " + i));
        keys.add(entries.get(i).key());
      }
      for (Outcome<WriteResult> outcome :
          kv.putAll(entries, WriteOptions.DEFAULT.timeout(patience))) {
        outcome.get();
      }
      List<Outcome<GetResult>> got = kv.getAll(keys, ReadOptions.DEFAULT.timeout(patience));
      for (int i = 0; i < count; i++) {
        check(("value " + i).equals(got.get(i).get().text()), "value " + i + " of a batch");
      }

      try (Scan scan = kv.scan(name + ":", ScanOptions.DEFAULT.limit(3))) {
        check(scan.stream().count() == 3, "a scan stops at its limit");
      }
      kv.delete(name + ":1");
      check(!kv.get(name + ":1").found(), "a deleted key is gone");
      check(
          !Administration.of(client).cluster().status().nodes().isEmpty(),
          "the cluster tells its nodes");
    }
    try (QuorateClient nowhere =
        QuorateClient.builder().endpoints("127.0.0.1:1").timeout(Duration.ofSeconds(1)).build()) {
      nowhere.keyValue().get("k");
      throw new AssertionError("there is no node");
    } catch (UnavailableException expected) {
      check(expected.getMessage().contains("connection refused"), expected.getMessage());
    }
  }

  private static void check(boolean fact, String what) {
    if (!fact) {
      throw new AssertionError(what);
    }
  }
}
