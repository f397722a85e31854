package io.quorate.sim.run;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A batch's report as people read it. */
public final class ReportText {
  private final BatchReport report;
  private final int failuresMax;
  private final StringBuilder text = new StringBuilder();

  private ReportText(BatchReport report, int failuresMax) {
    this.report = report;
    this.failuresMax = failuresMax;
  }

  /**
   * @param failuresMax how many failures are listed one by one
   */
  public static String of(BatchReport report, int failuresMax) {
    return new ReportText(report, failuresMax).write();
  }

  private String write() {
    report.runs().forEach((scope, runs) -> line("%,14d  seeds, %s", runs, scope.word()));
    line("%14.1f  virtual hours", report.virtualTime().toMillis() / 3_600_000.0);
    line("%14.1f  real seconds", report.realTime().toMillis() / 1e3);
    line("%14.1f  seconds of processor time", report.cpuTime().toMillis() / 1e3);
    line("%,14.0f  times as fast as real time", report.speed());
    line("%,14d  simulated operations", report.operations());
    line("%,14.0f  simulated operations per real second", report.operationsPerSecond());
    line(
        "%,14.0f  simulated operations per second of processor time",
        report.operationsPerCpuSecond());
    group("operations", "call: ");
    group("faults", "fault: ");
    windows();
    for (Scope scope : report.runs().keySet()) {
      List<String> never = report.neverEntered(scope);
      if (!never.isEmpty()) {
        line("%nNEVER ENTERED, %s: %s", scope.word(), String.join(", ", never));
        line(
            report.runs().getOrDefault(scope, 0L) < RequiredWindows.seedsMin(scope)
                ? "By chance, perhaps: %d seeds or more must enter them."
                : "That is a failure: %d seeds or more must enter them.",
            RequiredWindows.seedsMin(scope));
      }
    }
    failures();
    return text.toString();
  }

  private void group(String heading, String prefix) {
    line("%n%s", heading);
    report.allWindows().group(prefix).forEach((name, count) -> line("%,14d  %s", count, name));
  }

  private void windows() {
    line("%nwindows entered");
    report
        .allWindows()
        .group("")
        .forEach(
            (name, count) -> {
              if (!name.startsWith("call: ") && !name.startsWith("fault: ")) {
                line("%,14d  %s", count, name);
              }
            });
  }

  private void failures() {
    List<BatchReport.RunFailure> failures = report.failures();
    if (failures.isEmpty()) {
      line("%nno failures");
      return;
    }
    SortedMap<String, Integer> byChecker = new TreeMap<>();
    failures.forEach(failure -> byChecker.merge(failure.finding().checker(), 1, Integer::sum));
    line("%nFAILURES: %d", failures.size());
    for (Map.Entry<String, Integer> each : byChecker.entrySet()) {
      line("%,14d  %s", each.getValue(), each.getKey());
    }
    for (BatchReport.RunFailure failure :
        failures.subList(0, Math.min(failuresMax, failures.size()))) {
      line("%n%s", failure);
    }
  }

  @FormatMethod
  private void line(String format, Object... words) {
    text.append(String.format(format, words)).append(System.lineSeparator());
  }
}
