package io.quorate.sim.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.sim.election.SplitBrainChecker.Begun;
import org.junit.jupiter.api.Test;

/** Each rule of the checker finds what it is for, and nothing that is no harm. */
class SplitBrainCheckerTest {
  private static final NodeId ONE = new NodeId(1);
  private static final NodeId TWO = new NodeId(2);

  private final SplitBrainChecker checker = new SplitBrainChecker();

  @Test
  void twoLeadersOfOneTermAreFound() {
    checker.reignBegins(ONE, 7);
    checker.reignBegins(ONE, 7);
    assertThat(checker.findings()).isEmpty();
    checker.reignBegins(TWO, 7);
    assertThat(checker.found("term")).isTrue();
  }

  @Test
  void leaderThatIsObeyedAfterALaterOneIsFound() {
    long first = checker.reignBegins(ONE, SplitBrainChecker.NO_TERM);
    long second = checker.reignBegins(TWO, SplitBrainChecker.NO_TERM);
    checker.accepted(checker.begins(TWO, second, 1, 10));
    Begun late = checker.begins(ONE, first, 2, 11);
    assertThat(checker.findings()).as("to believe to lead is no harm").isEmpty();
    checker.accepted(late);
    assertThat(checker.found("obeyed")).isTrue();
  }

  @Test
  void twoDecisionsInOnePlaceAreFound() {
    long first = checker.reignBegins(ONE, SplitBrainChecker.NO_TERM);
    checker.accepted(checker.begins(ONE, first, 1, 10));
    long second = checker.reignBegins(TWO, SplitBrainChecker.NO_TERM);
    checker.accepted(checker.begins(TWO, second, 1, 11));
    assertThat(checker.found("slot")).isTrue();
    assertThat(checker.found("obeyed")).isFalse();
  }

  @Test
  void leaderThatLearnsLateOfWhatItBeganInTimeIsNotFound() {
    checker.reignBegins(ONE, 1);
    Begun inTime = checker.begins(ONE, 1, 1, 10);
    checker.reignBegins(TWO, 2);
    checker.accepted(checker.begins(TWO, 2, 2, 11));
    checker.accepted(inTime);
    assertThat(checker.findings()).isEmpty();
    assertThat(checker.acceptedDecisions()).isEqualTo(2);
  }
}
