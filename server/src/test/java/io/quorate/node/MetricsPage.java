package io.quorate.node;

import io.quorate.event.Label;
import io.quorate.event.Meter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The page that lists all meters, made from their declarations and from the alerts that ask. */
final class MetricsPage {
  private static final String HEAD =
      """
      <!-- Generated from the declarations of the meters: do not edit. MetricsPageTest says how. -->
      # Meters

      What a node shows to Prometheus at `/metrics` of its `http.listen`, beside the meters of its process (`jvm_…`, `process_…`,
      `system_…`). [Alerts](../../config/alerts.yml) and [dashboards](monitor.md#dashboards) come with Quorate.

      * A **counter** grows from 0 while a node runs: ask for its `rate` or `increase`. A **gauge** goes up and down; one that says
        *whether* something is so is 1 or 0. A **histogram** comes as `…_bucket` (label `le`), `…_sum` and `…_count`.
      * A label with its values is shown with each of them from the start. Series by any other label come with the first event of their value.
      * The heap is only a part of a node's memory. All of it is `quorate_process_resident_bytes`. Of the rest, `jvm_memory_used_bytes` with
        `area="nonheap"` is classes and compiled code, `jvm_buffer_memory_used_bytes` with `id="direct"` buffers of the JVM,
        `quorate_network_pool_bytes` buffers of connections, and `quorate_storage_memtables_bytes` and
        `quorate_storage_block_cache_used_bytes` what RocksDB has for writes and reads.
      * The gauges `quorate_disk_…` are not a number (NaN) while a node cannot ask its file system.
      * `quorate_storage_reads_total` counts as `cache_or_disk` what is read without a look in memory before, as most is where the data is much
        larger than the memory. The part of reads that find their record in memory is `cache` divided by the sum of `cache` and `disk`.
      * *These records* are the ones that the meter of the same name counts that ends with `records`.
      * Names, labels and meanings stay from release to release; what is added or ends is in the [changelog](../../CHANGELOG.md).

      | meter | type | unit | labels | what it says | alerts |
      |---|---|---|---|---|---|
      """;

  private static final Pattern ALERT =
      Pattern.compile("- alert: (\\w+)\\s+expr: (.*)", Pattern.MULTILINE);

  private MetricsPage() {}

  /**
   * Returns the page.
   *
   * @param alerts rules as Prometheus reads them
   */
  static String of(List<Meter> meters, String alerts) {
    Map<String, String> asked = new TreeMap<>();
    Matcher rule = ALERT.matcher(alerts);
    while (rule.find()) {
      asked.put(rule.group(1), rule.group(2));
    }
    Map<String, String> rows = new TreeMap<>();
    meters.forEach(meter -> rows.put(meter.shownName(), row(meter, asked)));
    return HEAD + String.join("", rows.values());
  }

  private static String row(Meter meter, Map<String, String> asked) {
    Pattern name = Pattern.compile("\\b" + meter.shownName() + "\\b");
    List<String> users = new ArrayList<>();
    asked.forEach(
        (alert, expression) -> {
          if (name.matcher(expression).find()) {
            users.add("`" + alert + "`");
          }
        });
    return "| `%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            meter.shownName(),
            meter.type(),
            meter.unit(),
            meter.labels().stream().map(MetricsPage::label).collect(Collectors.joining("; ")),
            meter.help(),
            String.join(", ", users));
  }

  private static String label(Label label) {
    String name = "`" + label.name() + "`";
    return label.values().isEmpty() ? name : name + ": " + String.join(", ", label.values());
  }
}
