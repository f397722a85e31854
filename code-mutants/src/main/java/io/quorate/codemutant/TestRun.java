package io.quorate.codemutant;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What came of one test method, run with other classes than those that run now. */
final class TestRun implements TestExecutionListener {
  private static final LauncherConfig NOTHING_BESIDE =
      LauncherConfig.builder()
          .enableLauncherDiscoveryListenerAutoRegistration(false)
          .enableLauncherSessionListenerAutoRegistration(false)
          .enablePostDiscoveryFilterAutoRegistration(false)
          .enableTestExecutionListenerAutoRegistration(false)
          .build();

  final List<Throwable> failures = new ArrayList<>();

  /** Assumptions that did not hold, as where the machine does not let a test do something. */
  final List<Throwable> left = new ArrayList<>();

  int passed;

  /**
   * @param test {@code package.Class#method}
   */
  static TestRun of(String test, ClassLoader classes) throws ClassNotFoundException {
    String[] parts = test.split("#", 2);
    Class<?> in = classes.loadClass(parts[0]);
    Method method =
        Arrays.stream(in.getDeclaredMethods())
            .filter(each -> each.getName().equals(parts[1]))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no test " + test));
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectMethod(in, method))
            .filters(includeEngines("junit-jupiter"))
            .build();
    TestRun run = new TestRun();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes);
    try {
      LauncherFactory.create(NOTHING_BESIDE).execute(request, run);
    } finally {
      thread.setContextClassLoader(before);
    }
    return run;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    switch (result.getStatus()) {
      case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
      case FAILED -> result.getThrowable().ifPresent(failures::add);
      case ABORTED -> result.getThrowable().ifPresent(left::add);
    }
  }
}
