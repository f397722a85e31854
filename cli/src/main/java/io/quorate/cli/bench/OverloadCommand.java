package io.quorate.cli.bench;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.tenant.SettingOptions;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Placement;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks a cluster for far more than it can do, and looks how it bears that and recovers. */
@Command(
    name = "overload",
    description = {
      "Measures how a cluster behaves under far more load than it can serve.",
      "First finds its peak with a closed loop; then asks for a multiple of that by a schedule;"
          + " then for less than the peak again. Tells which part of the peak is still answered in"
          + " time, what the nodes' memory does, and how long recovery takes. Answers are checked"
          + " as in bench."
    })
public final class OverloadCommand implements Callable<Integer> {
  private static final int STOP_SECONDS = 30;
  private static final double SERVED = 0.9;

  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private LoadOptions load = new LoadOptions(256);
  @Mixin private SettingOptions.OfModel model = new SettingOptions.OfModel();

  @Option(
      names = "--factor",
      paramLabel = "N",
      description = "How many times the peak is asked for. Default: ${DEFAULT-VALUE}")
  private double factor = 10;

  @Option(
      names = "--peak-seconds",
      paramLabel = "SECONDS",
      description = "How long the peak is looked for, after a warm-up. Default: ${DEFAULT-VALUE}")
  private int peakSeconds = 20;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      description = "Load before that. Default: ${DEFAULT-VALUE}")
  private int warmupSeconds = 10;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Length of the overload. Default: ${DEFAULT-VALUE}")
  private int seconds = 60;

  @Option(
      names = "--after-seconds",
      paramLabel = "SECONDS",
      description = "How long to measure afterwards. Default: ${DEFAULT-VALUE}")
  private int afterSeconds = 15;

  @Option(
      names = "--normal",
      paramLabel = "SHARE",
      description = "Part of the peak that is asked for afterwards. Default: ${DEFAULT-VALUE}")
  private double normal = 0.7;

  public OverloadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (factor <= 0 || normal <= 0 || peakSeconds < 1 || seconds < 1 || afterSeconds < 1) {
      throw cluster.usage("--factor, --normal and the seconds must be positive");
    }
    load.check(cluster);
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      Placement placement = Administration.of(client).cluster().placement();
      List<Long> pids = Listeners.ofNodes(placement);
      BenchSetup setup =
          load.setup(client, cluster, model.settings(), new SecureRandom().nextLong());
      load.load(setup, output);
      Phases phases = new Phases(client, setup, pids);
      phases.run();
      output.result(phases.json(), () -> FlowReport.text(phases.json()));
      return Checked.ofAnswers(setup.tally()).exitCode();
    }
  }

  /** The three phases of one run, and what they found. */
  private final class Phases {
    private final QuorateClient client;
    private final BenchSetup setup;
    private final List<Long> pids;
    private final List<Long> residentBytes = new ArrayList<>();
    private OptionalLong residentBefore = OptionalLong.empty();
    private double peak;
    private @Nullable Flow over;
    private @Nullable Flow after;
    private @Nullable Cpu cpu;
    private QuorateClient.@Nullable Counts counts;

    Phases(QuorateClient client, BenchSetup setup, List<Long> pids) {
      this.client = client;
      this.setup = setup;
      this.pids = pids;
    }

    void run() throws InterruptedException {
      KeyChooser keys = new KeyChooser(load.distribution(), load.keys());
      ClosedLoop closed = new ClosedLoop(setup, load.outstanding(), load.workload(), keys);
      closed.start();
      TimeUnit.SECONDS.sleep(warmupSeconds);
      closed.beginTimedWindow();
      peak =
          Window.watch(setup.tally()::successes, closed::recentLatencies, peakSeconds)
              .operationsPerSecond();
      if (!closed.stop(STOP_SECONDS)) {
        setup.tally().failure("stuck", "operations were never answered", System.nanoTime());
      }
      setup.tally().forgetFailures();
      residentBefore = Memory.residentBytes(pids);
      QuorateClient.Counts countsBefore = client.counts();
      Cpu cpuBefore = Cpu.now(pids);
      OpenLoop tooMuch = loop(keys, factor * peak, seconds);
      over = tooMuch.run(() -> Memory.residentBytes(pids).ifPresent(residentBytes::add));
      cpu = Cpu.now(pids).since(cpuBefore);
      counts = client.counts().since(countsBefore);
      OpenLoop normally = loop(keys, normal * peak, afterSeconds);
      after = normally.run(() -> {});
      if (!tooMuch.awaitEnd(STOP_SECONDS) || !normally.awaitEnd(STOP_SECONDS)) {
        setup.tally().failure("stuck", "operations were never answered", System.nanoTime());
      }
    }

    private OpenLoop loop(KeyChooser keys, double perSecond, int time) {
      return new OpenLoop(setup, load.workload(), keys, perSecond, time, cluster.timeoutNanos());
    }

    Map<String, Object> json() {
      Map<String, Object> object = load.conditions();
      object.putAll(setup.json());
      object.put("factor", factor);
      object.put("timeout_ms", cluster.timeoutNanos() / 1_000_000);
      object.put("peak_per_second", Math.round(peak));
      if (over != null && after != null && cpu != null && counts != null) {
        FlowReport.put(object, over, setup, counts, cpu, Checked.ofAnswers(setup.tally()));
        object.put("offered_of_peak", FlowReport.rounded(over.offeredPerSecond() / peak));
        object.put("goodput_of_peak", FlowReport.rounded(over.goodput() / peak));
        object.put("memory_before_bytes", residentBefore.orElse(0));
        object.put("memory_most_bytes", mostResident());
        object.put("recovery_s", after.secondsUntilServed(SERVED));
        object.put("after_offered_per_second", Math.round(after.offeredPerSecond()));
        object.put("after_goodput_per_second", Math.round(after.goodput()));
        object.put("after_p99_ms", FlowReport.millis(after.latencies(), 99));
        object.put("goodput_by_second", over.goodBySecond());
        object.put("after_goodput_by_second", after.goodBySecond());
        object.put("memory_by_second", residentBytes);
      }
      return object;
    }

    private long mostResident() {
      return residentBytes.stream().mapToLong(Long::longValue).max().orElse(0);
    }
  }
}
