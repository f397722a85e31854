package io.quorate.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.sim.program.Sabotage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be understood is refused with file and line; what fails is shown where. */
class ScenarioLanguageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frobnicate A            | there is no command 'frobnicate'",
        "crash D                 | there are only 3 nodes",
        "crash a                 | 'a' is no node",
        "crash A losing          | 'losing' is too much",
        "crash                   | it lacks a node",
        "pass soon               | soon is not a time",
        "clock A 10ms            | 10ms is not a shift",
        "disk A round            | a disk is slow, fast",
        "hold Wrote A>B          | 'Wrote' is no kind of message",
        "hold Write A-B          | 'A-B' is no way",
        "release Write A>B       | neither held nor dropped",
        "begin w1 push A k       | a client can put, delete or get",
        "put w1 A k levle=ONE    | 'levle=ONE' is not one of the options",
        "put w1 A k level=MOST   | a level is ONE, TWO",
        "put w1 A k token=x      | x is not a number",
        "put w1 A k token=5 ttl=1s | beside token= a call has timeout=",
        "expect w1 acknowledged  | there is no call 'w1'",
        "put w1 D k              | there are only 3 nodes",
        "placement 2 A D         | there are only 3 nodes",
        "learn 2 A               | say first: placement 2",
        "cluster nodes=3         | there is a cluster already",
      })
  void isRefusedWithFileAndLine(String line, String why) {
    Scenario scenario = Scenario.parse("some.txt", "# Some.\ncluster nodes=3\n\n" + line + "\n");
    assertThatThrownBy(() -> new ScenarioRun(scenario, Sabotage.NONE).go())
        .isInstanceOf(BadScenario.class)
        .hasMessageStartingWith("some.txt:4: " + line)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster nodes=3                     | begin with a comment",
        "# A.;repeat 2;pass 1ms              | has no end",
        "# A.;end                            | nothing is repeated",
        "# A.;repeat 1000;pass 1ms;end       | repeat 1 to 100 times",
        "# A.;mutant NO_RESTAMP versions   | it lacks 'breaks'",
      })
  void fileOfTheWrongFormIsRefused(String text, String why) {
    assertThatThrownBy(() -> Scenario.parse("some.txt", text.replace(';', '\n')))
        .isInstanceOf(BadScenario.class)
        .hasMessageStartingWith("some.txt")
        .hasMessageContaining(why);
  }

  @Test
  void unknownMutantIsRefused() {
    assertThatThrownBy(
            () -> Mutants.named("some.txt", new Scenario.Twin(7, "NO_IDEA", "versions", "")))
        .isInstanceOf(BadScenario.class)
        .hasMessageContaining("some.txt:7: there is no mutant 'NO_IDEA'");
  }

  @Test
  void whatIsRepeatedIsDoneSoOften() {
    Scenario scenario =
        Scenario.parse("some.txt", "# A.\nrepeat 3\npass 1ms # soon\nend\npass 2ms");
    assertThat(scenario.lines())
        .extracting(Scenario.Line::text)
        .containsExactly("pass 1ms", "pass 1ms", "pass 1ms", "pass 2ms");
  }

  @Test
  void handThatTakesNothingIsRefused() {
    Scenario scenario =
        Scenario.parse("some.txt", "# A.\ncluster nodes=3\ndrop Write A>B\npass 10ms\n");
    assertThatThrownBy(() -> new ScenarioRun(scenario, Sabotage.NONE).go())
        .isInstanceOf(BadScenario.class)
        .hasMessage("some.txt:3: drop Write A>B\n  no such message ever came");
  }

  @Test
  void failureShowsTheLineTheRuleAndWhatHappenedLast() {
    Scenario scenario =
        Scenario.parse("some.txt", "# A.\ncluster nodes=3\nput w1 A k\nexpect A lacks k\n");
    assertThatThrownBy(() -> new ScenarioRun(scenario, Sabotage.NONE).go())
        .isInstanceOfSatisfying(
            ScenarioRun.Broken.class, broken -> assertThat(broken.rule()).isEqualTo("expect"))
        .hasMessageStartingWith("some.txt:4: expect A lacks k\n  it holds ")
        .hasMessageContaining("put k");
  }
}
