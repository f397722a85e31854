package io.quorate.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.quorate.sim.program.Sabotage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every scenario holds; and with each mutant that it names, it is broken by the rule that it names.
 * {@code -Dscenario=f02} runs those alone whose names contain that, and prints what happens.
 */
class ScenarioTest {
  private static final String CHOSEN = System.getProperty("scenario", "");

  @TestFactory
  List<DynamicTest> scenarios() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : names()) {
      Scenario scenario = Scenario.load(name);
      tests.add(dynamicTest(name, () -> assertHolds(scenario)));
      for (Scenario.Twin twin : scenario.twins()) {
        tests.add(dynamicTest(name + ": " + twin, () -> assertBroken(scenario, twin)));
      }
    }
    return tests;
  }

  private static void assertHolds(Scenario scenario) {
    var run = new ScenarioRun(scenario, Sabotage.NONE);
    run.go();
    if (!CHOSEN.isEmpty()) {
      System.out.println(scenario.name() + "\n" + run.world().journal().text());
    }
  }

  private static void assertBroken(Scenario scenario, Scenario.Twin twin) {
    Sabotage mutant = Mutants.named(scenario.name(), twin);
    ScenarioRun.Broken broken =
        catchThrowableOfType(
            ScenarioRun.Broken.class, () -> new ScenarioRun(scenario, mutant).go());
    assertThat(broken).as("%s holds with %s", scenario.name(), twin.mutant()).isNotNull();
    assertThat(broken.rule()).as(broken.getMessage()).isEqualTo(twin.rule());
    assertThat(broken).hasMessageContaining(twin.saying());
  }

  private static List<String> names() {
    URL folder = Objects.requireNonNull(ScenarioTest.class.getResource("/scenarios"));
    try {
      URI uri = folder.toURI();
      try (Stream<Path> files = Files.list(Path.of(uri))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.contains(CHOSEN))
            .sorted()
            .toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
