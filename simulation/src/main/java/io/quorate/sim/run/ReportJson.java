package io.quorate.sim.run;

import java.util.LinkedHashMap;
import java.util.Map;

/** A batch's report as one JSON object, for machines. */
public final class ReportJson {
  private ReportJson() {}

  public static Map<String, Object> of(BatchReport report) {
    Map<String, Object> scopes = new LinkedHashMap<>();
    report
        .runs()
        .forEach(
            (scope, runs) -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("seeds", runs);
              one.put("windows", report.windows(scope).group(""));
              one.put("never_entered", report.neverEntered(scope));
              scopes.put(scope.word(), one);
            });
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("virtual_hours", report.virtualTime().toMillis() / 3_600_000.0);
    object.put("real_seconds", report.realTime().toMillis() / 1e3);
    object.put("cpu_seconds", report.cpuTime().toMillis() / 1e3);
    object.put("virtual_to_real", report.speed());
    object.put("operations", report.operations());
    object.put("operations_per_second", report.operationsPerSecond());
    object.put("operations_per_cpu_second", report.operationsPerCpuSecond());
    object.put("operations_by_outcome", report.allWindows().group("call: "));
    object.put("faults", report.allWindows().group("fault: "));
    object.put("scopes", scopes);
    object.put("failures", report.failures().stream().map(ReportJson::failure).toList());
    return object;
  }

  private static Map<String, Object> failure(BatchReport.RunFailure failure) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("seed", failure.seed());
    object.put("scope", failure.spec().scope().word());
    object.put("checker", failure.finding().checker());
    object.put("what", failure.finding().what());
    object.put("replay", failure.spec().replay(failure.seed()));
    return object;
  }
}
