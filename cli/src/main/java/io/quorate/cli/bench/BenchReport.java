package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.output.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a run measured and found.
 *
 * @param setup what it was run with
 * @param conditions how it was run, as JSON fields
 * @param periods of the window, as the topology rested or changed
 * @param reads latencies in nanoseconds
 * @param writes latencies in nanoseconds
 * @param startNanos when the timed window began; failures are told in seconds from here
 * @param checked what was found of the cluster's promises
 */
record BenchReport(
    BenchSetup setup,
    Map<String, Object> conditions,
    Window window,
    List<Period> periods,
    Histogram reads,
    Histogram writes,
    Cpu cpu,
    long startNanos,
    Checked checked) {

  private Tally tally() {
    return setup.tally();
  }

  /**
   * @param series whether to tell operations and p99 of each second
   */
  Map<String, Object> json(boolean series) {
    Map<String, Object> object = new LinkedHashMap<>(conditions);
    object.put("operations", window.operations());
    object.put("ops_per_second", rounded(window.operationsPerSecond(), 1));
    Histogram all = reads.copy();
    all.add(writes);
    object.put("p50_ms", millis(all, 50));
    object.put("p99_ms", millis(all, 99));
    object.put("p999_ms", millis(all, 99.9));
    putLatencies(object, "read", reads);
    putLatencies(object, "write", writes);
    object.put("errors", tally().errors());
    object.put("errors_by_kind", FlowReport.failures(tally(), startNanos));
    object.put("longest_gap_ms", rounded(window.longestGapNanos() / 1e6, 1));
    checked.put(object);
    object.putAll(setup.operations().figures());
    object.put("cpu_us_per_op", perOperation(cpu.all()));
    object.put("server_cpu_us_per_op", perOperation(cpu.servers()));
    object.put("client_cpu_us_per_op", perOperation(cpu.client()));
    object.put("ops_per_second_min", slowestSecond());
    object.put("ops_per_second_max", fastestSecond());
    if (series) {
      object.put("series", perSecond());
      object.put(
          "series_p99_ms",
          window.seconds().stream().map(each -> rounded(each.p99Nanos() / 1e6, 3)).toList());
    }
    object.put("periods", PeriodReport.json(periods));
    return object;
  }

  private static void putLatencies(Map<String, Object> object, String name, Histogram latencies) {
    object.put(name + "s", latencies.getTotalCount());
    object.put(name + "_p50_ms", millis(latencies, 50));
    object.put(name + "_p99_ms", millis(latencies, 99));
    object.put(name + "_p999_ms", millis(latencies, 99.9));
    object.put(name + "_max_ms", millis(latencies, 100));
  }

  private static @Nullable Double millis(Histogram latencies, double percentile) {
    return latencies.getTotalCount() == 0
        ? null
        : rounded(latencies.getValueAtPercentile(percentile) / 1e6, 3);
  }

  private double seconds(long nanos) {
    return rounded((nanos - startNanos) / (double) TimeUnit.SECONDS.toNanos(1), 3);
  }

  private @Nullable Double perOperation(OptionalDouble seconds) {
    return seconds.isEmpty() || window.operations() == 0
        ? null
        : rounded(1e6 * seconds.getAsDouble() / window.operations(), 2);
  }

  private List<Long> perSecond() {
    return window.seconds().stream().map(Window.Second::operations).toList();
  }

  private long slowestSecond() {
    return perSecond().stream().mapToLong(Long::longValue).min().orElse(0);
  }

  private long fastestSecond() {
    return perSecond().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private static double rounded(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }

  /** As people read it. */
  String text(boolean series) {
    List<String> lines = new ArrayList<>();
    lines.add(setup.text());
    lines.add(
        String.format(
            Locale.ROOT,
            "%,.0f operations per second over %.1f s (per second: %,d to %,d)",
            window.operationsPerSecond(),
            window.nanos() / 1e9,
            slowestSecond(),
            fastestSecond()));
    Table table = new Table("", "operations>", "p50 ms>", "p99 ms>", "p99.9 ms>", "max ms>");
    addRow(table, "reads", reads);
    addRow(table, "writes", writes);
    lines.add(table.toString());
    lines.add(
        "CPU us per operation: %s (servers %s, client %s)"
            .formatted(
                orUnknown(perOperation(cpu.all())),
                orUnknown(perOperation(cpu.servers())),
                orUnknown(perOperation(cpu.client()))));
    lines.add(
        String.format(
            Locale.ROOT,
            "errors: %d; longest time without a success: %.0f ms",
            tally().errors(),
            window.longestGapNanos() / 1e6));
    tally()
        .failures()
        .forEach(
            (kind, failures) ->
                lines.add(
                    "  %s: %d, from second %s to %s; first: %s"
                        .formatted(
                            kind,
                            failures.count(),
                            seconds(failures.firstNanos()),
                            seconds(failures.lastNanos()),
                            failures.example())));
    lines.addAll(checked.lines());
    PeriodReport.text(periods).ifPresent(lines::add);
    if (series) {
      lines.add("per second: " + perSecond());
      lines.add(
          "p99 ms of each: "
              + window.seconds().stream().map(each -> rounded(each.p99Nanos() / 1e6, 1)).toList());
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static void addRow(Table table, String name, Histogram latencies) {
    if (latencies.getTotalCount() > 0) {
      table.row(
          name,
          String.format(Locale.ROOT, "%,d", latencies.getTotalCount()),
          orUnknown(millis(latencies, 50)),
          orUnknown(millis(latencies, 99)),
          orUnknown(millis(latencies, 99.9)),
          orUnknown(millis(latencies, 100)));
    }
  }

  private static String orUnknown(@Nullable Double value) {
    return value == null ? "unknown" : value.toString();
  }
}
