package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.BenchData;
import io.quorate.cli.bench.checked.BenchModel;
import io.quorate.cli.bench.checked.Contents;
import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.Tenants;
import io.quorate.cli.bench.checked.VersionRule;
import io.quorate.cli.command.ByteCounts;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Output;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** What is asked of a cluster that is measured. */
final class LoadOptions {
  /** No cluster can be told to take larger ones. */
  private static final long VALUE_BYTES_MAX = 64L << 20;

  /** Of {@link Contents} and {@link VersionRule}, or what other models have instead. */
  private static final long BYTES_PER_KEY = 120;

  @Option(
      names = "--workload",
      paramLabel = "a|b|c|w",
      completionCandidates = Workload.Words.class,
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
      completionCandidates = KeyChooser.Distribution.Words.class,
      description =
          "Distribution of the keys; zipfian is YCSB's, scrambled, 0.99. Default: zipfian")
  private KeyChooser.Distribution distribution = KeyChooser.Distribution.ZIPFIAN;

  @Option(
      names = "--tenants",
      paramLabel = "N",
      description =
          "Spreads the keys over N tenants, bench-1 and on, created if they are not there; with"
              + " --model siblings, bench-siblings-1 and on. Default: one tenant")
  private int tenants = 1;

  @Option(
      names = "--hot-share",
      paramLabel = "SHARE",
      description =
          "Part of all operations that the first of several tenants asks for. Default:"
              + " ${DEFAULT-VALUE}")
  private double hotShare = 0.9;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description =
          "Deals the operations out to N sessions, each of which sees what it has read and written."
              + " Not for siblings. Default: no sessions")
  private int sessions;

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
    long bytes = bytesOf(keys);
    require(
        cluster,
        bytes <= Runtime.getRuntime().maxMemory(),
        "--keys %d takes a heap of %d MiB, for the version of each key is remembered, and this JVM has %d MiB at most: set QUORATE_JAVA_OPTS=-Xmx%dm, or give fewer keys"
            .formatted(keys, bytes >> 20, Runtime.getRuntime().maxMemory() >> 20, bytes >> 20));
    require(
        cluster,
        valueBytes >= BenchData.ORIGIN_BYTES && valueBytes <= VALUE_BYTES_MAX,
        "--value-size must be from 24 to 64MiB");
    require(
        cluster, tenants >= 1 && tenants <= keys, "--tenants must be at least 1, at most --keys");
    require(cluster, sessions >= 0, "--sessions must not be negative");
    require(cluster, hotShare >= 0 && hotShare <= 1, "--hot-share must be from 0 to 1");
  }

  /**
   * Returns the smallest heap for a run, in bytes. The bench keeps each key and the versions that
   * it has seen of it until the end, and about two thirds of a heap hold such long-lived objects.
   */
  private static long bytesOf(int keys) {
    return keys * BYTES_PER_KEY / 2 * 3;
  }

  private static void require(ClusterOptions cluster, boolean fits, String message) {
    if (!fits) {
      throw cluster.usage(message);
    }
  }

  /**
   * Finds or creates the tenants of a run.
   *
   * @param wanted model and retries of the tenants, as far as they were given
   */
  BenchSetup setup(
      QuorateClient client, ClusterOptions cluster, TenantSettings wanted, long writer) {
    BenchTenants known = new BenchTenants(Administration.of(client).cluster(), wanted);
    List<Tenant> found = tenants == 1 ? one(known, cluster) : several(known);
    BenchTenants.checkAlike(found);
    BenchModel model =
        new BenchModel(
            found.get(0).name(),
            BenchTenants.modelOf(found.get(0)),
            found.get(0).retries(),
            sessions);
    require(
        cluster,
        sessions == 0 || model.isForSessions(),
        "--sessions does not go with model %s: leave it out".formatted(model.model()));
    Tenants dealt =
        Tenants.of(
            found.stream().map(Tenant::name).toList(), hotShare, cluster.read(), cluster.write());
    Tally tally = new Tally();
    Contents contents = new Contents(keys, valueBytes(), writer);
    return new BenchSetup(
        model, model.operations(client, dealt, contents, tally), dealt, keys, tally);
  }

  /** One that was not asked for by its model need not be known here: the nodes say if it is not. */
  private static List<Tenant> one(BenchTenants known, ClusterOptions cluster) {
    String named = cluster.tenantIfNamed();
    if (known.isAboutModel()) {
      return List.of(known.require(named == null ? known.name() : named));
    }
    Tenant found = known.find(cluster.tenant());
    return List.of(found == null ? Tenant.builder().name(cluster.tenant()).build() : found);
  }

  private List<Tenant> several(BenchTenants known) {
    return known.names(tenants).stream().map(known::require).toList();
  }

  void load(BenchSetup setup, Output output) throws InterruptedException {
    if (noLoad) {
      if (setup.operations().mustBeReadFirst()) {
        new Sweep(setup).read();
      }
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
