package io.quorate.codemutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The tests are not blind: each fails when the rule that it is there for is left out. With {@code
 * -Dquorate.mutants=all} of all rules, else of every second one.
 */
public abstract class NoticedMutants {
  private static final String ALL = "quorate.mutants";

  private final List<CodeMutant> mutants;

  /**
   * @param mutants of the classes on the class path, by tests that are there too
   */
  protected NoticedMutants(List<CodeMutant> mutants) {
    this.mutants = mutants;
  }

  @TestFactory
  Stream<DynamicTest> eachIsNoticed() {
    int step = "all".equals(System.getProperty(ALL)) ? 1 : 2;
    return IntStream.iterate(0, i -> i < mutants.size(), i -> i + step)
        .mapToObj(mutants::get)
        .map(each -> dynamicTest(each.rule(), () -> assertNoticed(each)));
  }

  /**
   * Else what fails above may fail for another reason, such as how classes are loaded there; but
   * each failure also says what it is about.
   */
  @TestFactory
  @EnabledIfSystemProperty(named = ALL, matches = "all")
  Stream<DynamicTest> testsPassWithEveryRule() {
    return mutants.stream()
        .map(CodeMutant::test)
        .distinct()
        .map(test -> dynamicTest(test, () -> assertPasses(test)));
  }

  private static void assertNoticed(CodeMutant mutant) throws ClassNotFoundException {
    TestRun run = TestRun.of(mutant.test(), mutant.classes());
    assumeThat(run.left).isEmpty();
    assertThat(run.failures)
        .as("%s passes without the rule that %s", mutant.test(), mutant.rule())
        .isNotEmpty();
    assertThat(run.failures.toString()).contains(mutant.saying());
  }

  private static void assertPasses(String test) throws ClassNotFoundException {
    TestRun run = TestRun.of(test, new OwnClasses(NoticedMutants.class.getClassLoader()));
    assumeThat(run.left).isEmpty();
    assertThat(run.failures).isEmpty();
    assertThat(run.passed).isPositive();
  }
}
