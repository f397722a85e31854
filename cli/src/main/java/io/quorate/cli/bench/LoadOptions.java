package io.quorate.cli.bench;

import io.quorate.cli.command.ByteCounts;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Output;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.TenantSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** What is asked of a cluster that is measured. */
final class LoadOptions {
  /** No cluster can be told to take larger ones. */
  private static final long VALUE_BYTES_MAX = 64L << 20;

  @Option(
      names = "--workload",
      paramLabel = "a|b|c|w",
      description = "a: half reads; b: 95%% reads; c: reads only; w: writes only. Default: a")
  private Workload workload = Workload.A;

  @Option(
      names = "--outstanding",
      paramLabel = "N",
      description = "Operations in flight at any time. Default: ${DEFAULT-VALUE}")
  private int outstanding;

  @Option(
      names = "--value-size",
      paramLabel = "BYTES",
      converter = ByteCounts.class,
      description = "Size of each value, from 24 to 64MiB. Default: ${DEFAULT-VALUE}")
  private long valueBytes = 256;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "How many keys there are. Default: ${DEFAULT-VALUE}")
  private int keys = 100_000;

  @Option(
      names = "--distribution",
      paramLabel = "zipfian|uniform",
      description =
          "Distribution of the keys; zipfian is YCSB's, scrambled, 0.99. Default: zipfian")
  private KeyChooser.Distribution distribution = KeyChooser.Distribution.ZIPFIAN;

  @Option(
      names = "--tenants",
      paramLabel = "N",
      description =
          "Spreads the keys over N tenants, bench-1 and on, created if they are not there. Default:"
              + " the tenant of --tenant alone")
  private int tenants = 1;

  @Option(
      names = "--hot-share",
      paramLabel = "SHARE",
      description =
          "Part of all operations that the first of several tenants asks for. Default:"
              + " ${DEFAULT-VALUE}")
  private double hotShare = 0.9;

  @Option(names = "--no-load", description = "Do not write all keys first: they are there.")
  private boolean noLoad;

  /**
   * @param outstanding unless another number is given
   */
  LoadOptions(int outstanding) {
    this.outstanding = outstanding;
  }

  Workload workload() {
    return workload;
  }

  int outstanding() {
    return outstanding;
  }

  int valueBytes() {
    return (int) valueBytes;
  }

  int keys() {
    return keys;
  }

  KeyChooser.Distribution distribution() {
    return distribution;
  }

  void check(ClusterOptions cluster) {
    require(cluster, outstanding >= 1, "--outstanding must be at least 1");
    require(cluster, keys >= 1, "--keys must be at least 1");
    require(
        cluster,
        valueBytes >= BenchData.ORIGIN_BYTES && valueBytes <= VALUE_BYTES_MAX,
        "--value-size must be from 24 to 64MiB");
    require(
        cluster, tenants >= 1 && tenants <= keys, "--tenants must be at least 1, at most --keys");
    require(cluster, hotShare >= 0 && hotShare <= 1, "--hot-share must be from 0 to 1");
  }

  private static void require(ClusterOptions cluster, boolean fits, String message) {
    if (!fits) {
      throw cluster.usage(message);
    }
  }

  BenchSetup setup(QuorateClient client, ClusterOptions cluster, long writer) {
    return BenchSetup.of(
        client.asyncKeyValue(), dealTo(client, cluster), keys, valueBytes(), writer);
  }

  private Tenants dealTo(QuorateClient client, ClusterOptions cluster) {
    if (tenants == 1) {
      return Tenants.one(cluster.read(), cluster.write());
    }
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= tenants; i++) {
      String name = "bench-" + i;
      names.add(name);
      if (Administration.of(client).cluster().tenants().stream()
          .noneMatch(known -> known.name().equals(name))) {
        var unused = Administration.of(client).cluster().createTenant(name, TenantSettings.DEFAULT);
      }
    }
    return Tenants.of(names, hotShare, cluster.read(), cluster.write());
  }

  void load(BenchSetup setup, Output output) throws InterruptedException {
    if (noLoad) {
      return;
    }
    long start = System.nanoTime();
    new Sweep(setup).load();
    double took = (System.nanoTime() - start) / 1e9;
    output.note(
        String.format(
            Locale.ROOT, "loaded %,d keys in %.1f s, %,.0f per second", keys, took, keys / took));
  }

  /** As JSON fields. */
  Map<String, Object> conditions() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("workload", workload.name().toLowerCase(Locale.ROOT));
    object.put("outstanding", outstanding);
    object.put("value_size", valueBytes);
    object.put("keys", keys);
    object.put("distribution", distribution.name().toLowerCase(Locale.ROOT));
    if (tenants > 1) {
      object.put("tenant_count", tenants);
      object.put("hot_share", hotShare);
    }
    return object;
  }
}
