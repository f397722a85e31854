package io.quorate.cli.bench;

import io.quorate.cli.ClusterOptions;
import io.quorate.cli.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.Placement;
import io.quorate.client.QuorateClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a cluster and checks, with every answer, what it promises. */
@Command(
    name = "bench",
    description = {
      "Measures a cluster with a closed loop of reads and writes.",
      "Every answer is checked: reads that are older than what was acknowledged or returned before"
          + " (stale_reads), acknowledged writes that are gone (lost_writes) and values that are"
          + " not what was written (wrong_values) are counted, and end the run with exit code 4."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int STOP_SECONDS = 30;

  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--workload",
      paramLabel = "a|b|c|w",
      description = "a: half reads; b: 95%% reads; c: reads only; w: writes only. Default: a")
  private Workload workload = Workload.A;

  @Option(
      names = "--outstanding",
      paramLabel = "N",
      description = "Operations in flight at any time. Default: ${DEFAULT-VALUE}")
  private int outstanding = 64;

  @Option(
      names = "--value-size",
      paramLabel = "BYTES",
      description = "Size of each value, at least 24. Default: ${DEFAULT-VALUE}")
  private int valueBytes = 256;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "How many keys there are. Default: ${DEFAULT-VALUE}")
  private int keys = 100_000;

  @Option(
      names = "--distribution",
      paramLabel = "zipfian|uniform",
      description = "How often keys are met; zipfian is YCSB's, scrambled, 0.99. Default: zipfian")
  private KeyChooser.Distribution distribution = KeyChooser.Distribution.ZIPFIAN;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      description = "Load before the timed window. Default: ${DEFAULT-VALUE}")
  private int warmupSeconds = 10;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Length of the timed window. Default: ${DEFAULT-VALUE}")
  private int seconds = 20;

  @Option(names = "--no-load", description = "Do not write all keys first: they are there.")
  private boolean noLoad;

  @Option(names = "--verify", description = "Read all keys back at the end and check them.")
  private boolean verify;

  @Option(names = "--series", description = "Tell the operations of each second.")
  private boolean series;

  @Option(
      names = "--pids",
      split = ",",
      paramLabel = "PID",
      description = "Processes of the nodes, to count their CPU. Default: found if they are local")
  private List<Long> pids = List.of();

  @Option(
      names = "--floor",
      description =
          "Measure what the wire alone costs: start three servers that answer at once, without "
              + "replication or storage, and run against them.")
  private boolean floor;

  public BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    if (!floor) {
      return run(cluster.endpoints(), pids);
    }
    try (FloorProcesses servers = FloorProcesses.start(3, valueBytes)) {
      return run(servers.endpoints(), servers.pids());
    }
  }

  private void check() {
    require(outstanding >= 1, "--outstanding must be at least 1");
    require(keys >= 1, "--keys must be at least 1");
    require(valueBytes >= BenchData.ORIGIN_BYTES, "--value-size must be at least 24");
    require(seconds >= 1, "--seconds must be at least 1");
    require(warmupSeconds >= 0, "--warmup must not be negative");
  }

  private void require(boolean fits, String message) {
    if (!fits) {
      throw cluster.usage(message);
    }
  }

  private int run(List<String> endpoints, List<Long> givenPids)
      throws IOException, InterruptedException {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect(endpoints)) {
      Placement placement = client.cluster().placement();
      List<Long> serverPids = givenPids.isEmpty() ? localPids(placement) : givenPids;
      BenchSetup setup =
          BenchSetup.of(
              client.asyncKeyValue(),
              cluster.read(),
              cluster.write(),
              keys,
              valueBytes,
              new SecureRandom().nextLong());
      if (!noLoad) {
        load(setup, output);
      }
      BenchReport report = measure(setup, serverPids);
      output.result(report.json(series), () -> report.text(series));
      return report.broken() ? ExitCode.FAILED : ExitCode.DONE;
    }
  }

  private void load(BenchSetup setup, Output output) throws InterruptedException {
    long start = System.nanoTime();
    new Sweep(setup).load();
    double took = (System.nanoTime() - start) / 1e9;
    output.note(
        String.format(
            Locale.ROOT, "loaded %,d keys in %.1f s, %,.0f per second", keys, took, keys / took));
  }

  private BenchReport measure(BenchSetup setup, List<Long> serverPids) throws InterruptedException {
    ClosedLoop loop =
        new ClosedLoop(setup, outstanding, workload, new KeyChooser(distribution, keys));
    loop.start();
    TimeUnit.SECONDS.sleep(warmupSeconds);

    setup.tally().forgetFailures();
    long startNanos = System.nanoTime();
    Cpu before = Cpu.now(serverPids);
    loop.beginTimedWindow();
    Window window = Window.watch(setup.tally()::successes, seconds);
    Cpu used = Cpu.now(serverPids).since(before);

    if (!loop.stop(STOP_SECONDS)) {
      setup.tally().failure("stuck", "operations were never answered", System.nanoTime());
    }
    if (verify) {
      new Sweep(setup).verify();
    }
    return new BenchReport(
        conditions(),
        window,
        loop.readLatencies(),
        loop.writeLatencies(),
        used,
        setup.tally(),
        startNanos,
        verify,
        loop.potentiallyStale());
  }

  private Map<String, Object> conditions() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("workload", workload.name().toLowerCase(Locale.ROOT));
    object.put("floor", floor);
    object.put("outstanding", outstanding);
    object.put("value_size", valueBytes);
    object.put("keys", keys);
    object.put("distribution", distribution.name().toLowerCase(Locale.ROOT));
    object.put("warmup_s", warmupSeconds);
    object.put("seconds", seconds);
    return object;
  }

  /** Processes of nodes that run on this machine. */
  private static List<Long> localPids(Placement placement) throws IOException {
    Set<Integer> ports = new TreeSet<>();
    for (Placement.Node node : placement.nodes()) {
      int colon = node.address().lastIndexOf(':');
      InetAddress host = InetAddress.getByName(node.address().substring(0, colon));
      if (host.isLoopbackAddress() || NetworkInterface.getByInetAddress(host) != null) {
        ports.add(Integer.parseInt(node.address().substring(colon + 1)));
      }
    }
    return Listeners.pids(ports);
  }
}
