package io.quorate.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** One run of a class of tests, as an IDE or Maven runs it, and what came of it. */
final class TestRun implements TestExecutionListener {
  /** By method, and by class for what failed outside of methods. */
  private final Map<String, Throwable> failures = new TreeMap<>();

  private final List<String> passed = new ArrayList<>();
  private final List<String> reported = new ArrayList<>();

  private TestRun() {}

  static TestRun of(Class<?> type) {
    TestRun run = new TestRun();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(type))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build(),
            run);
    return run;
  }

  Map<String, Throwable> failures() {
    return failures;
  }

  List<String> passed() {
    return passed;
  }

  List<String> reported() {
    return reported;
  }

  @Override
  public void executionFinished(TestIdentifier what, TestExecutionResult result) {
    result.getThrowable().ifPresent(thrown -> failures.put(what.getDisplayName(), thrown));
    if (what.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
      passed.add(what.getDisplayName());
    }
  }

  @Override
  public void reportingEntryPublished(TestIdentifier what, ReportEntry entry) {
    entry.getKeyValuePairs().forEach((key, value) -> reported.add(key + ": " + value));
  }
}
