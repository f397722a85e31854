package io.quorate.cli.bench;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.tenant.SettingOptions;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Placement;
import io.quorate.client.admin.TenantSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a cluster and checks, with every answer, what it promises. */
@Command(
    name = "bench",
    description = {
      "Measures a cluster with reads and writes, in a closed loop or at a rate.",
      "Every answer is checked: reads that are older than what was acknowledged or returned before"
          + " (stale_reads), acknowledged writes that are gone (lost_writes) and values that are"
          + " not what was written (wrong_values) are counted, and end the run with exit code 4."
          + " Reads that say of themselves that they may miss writes are counted apart"
          + " (told_stale_reads). Let one bench at a time write to a tenant: what another one"
          + " writes is taken for a fault, unless the model is LAST_WRITE_WINS.",
      "With --model or --retries it measures a tenant of its own, such as bench-siblings, which it"
          + " creates; else the tenant of --tenant, as its model is used. A write of a key with"
          + " siblings is a read, and a put with the context of that. Of counters it is an"
          + " increment, and of sets one value that is added or removed."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int STOP_SECONDS = 30;

  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Mixin private LoadOptions load = new LoadOptions(64);

  @Mixin private SettingOptions.OfModel model = new SettingOptions.OfModel();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Begin N operations per second by a schedule, whether or not earlier ones have"
              + " ended, and count latency from the schedule. Default: keep --outstanding in"
              + " flight")
  private int rate;

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

  @Option(names = "--verify", description = "Read all keys back at the end and check them.")
  private boolean verify;

  @Option(names = "--series", description = "Report operations and p99 of each second.")
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
    try (FloorProcesses servers = FloorProcesses.start(3, load.valueBytes())) {
      return run(servers.endpoints(), servers.pids());
    }
  }

  private void check() {
    load.check(cluster);
    require(rate >= 0, "--rate must not be negative");
    require(rate == 0 || !floor, "--rate and --floor do not go together");
    require(
        !floor || model.settings().equals(TenantSettings.DEFAULT),
        "--floor has no tenants: leave out --model and --retries");
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
      Placement placement = Administration.of(client).cluster().placement();
      List<Long> serverPids = givenPids.isEmpty() ? Listeners.ofNodes(placement) : givenPids;
      BenchSetup setup =
          load.setup(client, cluster, model.settings(), new SecureRandom().nextLong());
      try (EndedEarly endedEarly = new EndedEarly(setup.tally(), System::nanoTime, console)) {
        load.load(setup, output);
        try (TopologyWatch topology = TopologyWatch.begin(Administration.of(client).cluster())) {
          if (rate > 0) {
            return runBySchedule(client, setup, serverPids, topology, output, endedEarly);
          }
          BenchReport report = measure(setup, serverPids, topology, endedEarly);
          endedEarly.hasResult();
          output.result(report.json(series), () -> report.text(series));
          return report.checked().exitCode();
        }
      }
    }
  }

  private int runBySchedule(
      QuorateClient client,
      BenchSetup setup,
      List<Long> serverPids,
      TopologyWatch topology,
      Output output,
      EndedEarly endedEarly)
      throws InterruptedException {
    KeyChooser keys = new KeyChooser(load.distribution(), load.keys());
    if (warmupSeconds > 0) {
      OpenLoop warming = openLoop(setup, keys, warmupSeconds);
      var unused = warming.run(() -> {});
      setup.tally().forgetFailures();
    }
    QuorateClient.Counts before = client.counts();
    Cpu cpuBefore = Cpu.now(serverPids);
    OpenLoop loop = openLoop(setup, keys, seconds);
    endedEarly.onTimed(seconds);
    Flow flow = loop.run(() -> {});
    List<Period> periods = topology.periods(flow.startNanos(), flow.bySecond());
    Cpu cpu = Cpu.now(serverPids).since(cpuBefore);
    QuorateClient.Counts counts = client.counts().since(before);
    if (!loop.awaitEnd(STOP_SECONDS)) {
      setup.tally().failure("stuck", "operations were never answered", System.nanoTime());
    }
    Checked checked = verified(setup);
    Map<String, Object> object = conditions(setup);
    object.put("rate", rate);
    FlowReport.put(object, flow, setup, counts, cpu, checked);
    if (series) {
      object.put("series", flow.goodBySecond());
      object.put(
          "series_p99_ms",
          flow.bySecond().stream().map(each -> FlowReport.rounded(each.p99Nanos() / 1e6)).toList());
    }
    object.putAll(setup.operations().figures());
    StringJoiner text = new StringJoiner(System.lineSeparator()).add(FlowReport.text(object));
    PeriodReport.text(periods).ifPresent(text::add);
    object.put("periods", PeriodReport.json(periods));
    endedEarly.hasResult();
    output.result(object, text::toString);
    return checked.exitCode();
  }

  /** What the run found, and the reading back of all keys if that was asked for. */
  private Checked verified(BenchSetup setup) throws InterruptedException {
    return verify ? new Sweep(setup).verify() : Checked.ofAnswers(setup.tally());
  }

  private OpenLoop openLoop(BenchSetup setup, KeyChooser keys, int time) {
    return new OpenLoop(setup, load.workload(), keys, rate, time, cluster.timeoutNanos());
  }

  private BenchReport measure(
      BenchSetup setup, List<Long> serverPids, TopologyWatch topology, EndedEarly endedEarly)
      throws InterruptedException {
    ClosedLoop loop =
        new ClosedLoop(
            setup,
            load.outstanding(),
            load.workload(),
            new KeyChooser(load.distribution(), load.keys()));
    loop.start();
    TimeUnit.SECONDS.sleep(warmupSeconds);

    setup.tally().forgetFailures();
    long startNanos = System.nanoTime();
    Cpu before = Cpu.now(serverPids);
    loop.beginTimedWindow();
    endedEarly.onTimed(seconds);
    Window window = Window.watch(setup.tally()::successes, loop::recentLatencies, seconds);
    List<Period> periods = topology.periods(startNanos, window.seconds());
    Cpu used = Cpu.now(serverPids).since(before);

    if (!loop.stop(STOP_SECONDS)) {
      setup.tally().failure("stuck", "operations were never answered", System.nanoTime());
    }
    return new BenchReport(
        setup,
        conditions(setup),
        window,
        periods,
        loop.readLatencies(),
        loop.writeLatencies(),
        used,
        startNanos,
        verified(setup));
  }

  private Map<String, Object> conditions(BenchSetup setup) {
    Map<String, Object> object = load.conditions();
    object.putAll(setup.json());
    object.put("floor", floor);
    object.put("warmup_s", warmupSeconds);
    object.put("seconds", seconds);
    return object;
  }
}
