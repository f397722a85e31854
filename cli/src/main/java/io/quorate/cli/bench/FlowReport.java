package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.Tenants;
import io.quorate.client.QuorateClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What an open loop measured, as JSON fields. */
final class FlowReport {
  private FlowReport() {}

  /** What was asked, and what became of it. */
  static void put(
      Map<String, Object> object,
      Flow flow,
      BenchSetup setup,
      QuorateClient.Counts counts,
      Cpu cpu,
      Checked checked) {
    object.put("offered_per_second", Math.round(flow.offeredPerSecond()));
    object.put("left_out_per_second", Math.round(flow.leftOutPerSecond()));
    object.put("goodput_per_second", Math.round(flow.goodput()));
    object.put("p50_ms", millis(flow.latencies(), 50));
    object.put("p99_ms", millis(flow.latencies(), 99));
    object.put("p999_ms", millis(flow.latencies(), 99.9));
    object.put("late", flow.late());
    object.put("held_back_by_client", counts.heldBack());
    object.put("refused_by_nodes", counts.refused());
    object.put("retries", counts.retries());
    object.put("cpu_s_servers", rounded(cpu.servers().orElse(0)));
    object.put("cpu_s_client", rounded(cpu.client().orElse(0)));
    object.put("tenants", tenants(flow, setup.tenants()));
    object.put("errors_by_kind", failures(setup.tally(), flow.startNanos()));
    checked.put(object);
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** As people read it: a field a line. */
  static String text(Map<String, Object> object) {
    StringBuilder text = new StringBuilder();
    object.forEach(
        (name, value) -> text.append(String.format(Locale.ROOT, "%-26s %s%n", name, value)));
    return text.toString().stripTrailing();
  }

  static @Nullable Double millis(Histogram latencies, double percentile) {
    return latencies.getTotalCount() == 0
        ? null
        : Math.round((double) latencies.getValueAtPercentile(percentile) / 1e3) / 1e3;
  }

  /** Of each tenant: what it asked, what was answered in time, and how soon. */
  static List<Map<String, Object>> tenants(Flow flow, Tenants tenants) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int tenant = 0; tenant < tenants.count(); tenant++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("tenant", tenants.name(tenant));
      one.put("offered_per_second", flow.offered(tenant) / flow.seconds());
      one.put("goodput_per_second", flow.good(tenant) / flow.seconds());
      one.put("p50_ms", millis(flow.latencies(tenant), 50));
      one.put("p99_ms", millis(flow.latencies(tenant), 99));
      all.add(one);
    }
    return all;
  }

  /**
   * Failures by kind, and when the first and the last of them came.
   *
   * @param startNanos when the window began, from which that is told
   */
  static Map<String, Object> failures(Tally tally, long startNanos) {
    Map<String, Object> byKind = new LinkedHashMap<>();
    tally
        .failures()
        .forEach(
            (kind, failures) -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("count", failures.count());
              one.put("first_s", rounded((failures.firstNanos() - startNanos) / 1e9));
              one.put("last_s", rounded((failures.lastNanos() - startNanos) / 1e9));
              one.put("example", failures.example());
              byKind.put(kind, one);
            });
    return byKind;
  }
}
