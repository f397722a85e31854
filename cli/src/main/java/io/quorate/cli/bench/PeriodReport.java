package io.quorate.cli.bench;

import io.quorate.cli.output.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What clients saw of changes of the topology, beside what they saw at rest. */
final class PeriodReport {
  private PeriodReport() {}

  /** As JSON fields, a period each. */
  static List<Map<String, Object>> json(List<Period> periods) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < periods.size(); i++) {
      Period period = periods.get(i);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("nodes", period.nodes());
      one.put("nodes_after", period.after());
      one.put("changing", period.changing());
      one.put("seconds", period.seconds().size());
      one.put("ops_per_second", Math.round(period.operationsPerSecond()));
      one.put("p99_ms", FlowReport.rounded(period.p99Millis()));
      one.put("p99_worst_ms", FlowReport.rounded(period.worstP99Millis()));
      Period.timesRest(periods, i)
          .ifPresent(times -> one.put("p99_to_rest", FlowReport.rounded(times)));
      all.add(one);
    }
    return all;
  }

  /** As people read it; empty if nothing changed, or that is not known. */
  static Optional<String> text(List<Period> periods) {
    if (periods.stream().noneMatch(Period::changing)) {
      return Optional.empty();
    }
    Table table =
        new Table("nodes", "seconds>", "per second>", "p99 ms>", "to rest>", "worst p99 ms>");
    for (int i = 0; i < periods.size(); i++) {
      Period period = periods.get(i);
      OptionalDouble times = Period.timesRest(periods, i);
      table.row(
          period.changing() ? period.nodes() + " -> " + period.after() : period.nodes(),
          period.seconds().size(),
          String.format(Locale.ROOT, "%,.0f", period.operationsPerSecond()),
          String.format(Locale.ROOT, "%.1f", period.p99Millis()),
          times.isPresent() ? String.format(Locale.ROOT, "%.2f", times.getAsDouble()) : "",
          String.format(Locale.ROOT, "%.1f", period.worstP99Millis()));
    }
    return Optional.of(table.toString());
  }
}
