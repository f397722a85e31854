package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Invariant.BrokenInvariant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulation is only worth what it finds: each classic mistake must be caught, soon. */
@Tag("patient")
class RaftMutantsTest {

  @ParameterizedTest
  @CsvSource({
    "OWN_VOTE_NOT_COUNTED, 50",
    "ELECTED_WITHOUT_MAJORITY, 50",
    "VOTE_KEPT_IN_NEW_TERM, 50",
    "VOTES_TWICE_IN_A_TERM, 50",
    "NO_CONSISTENCY_CHECK, 100",
    "COMMITS_OLD_TERMS_BY_COUNTING, 300",
    "READS_WITHOUT_QUORUM, 1500",
    "CHANGES_MEMBERSHIP_WHILE_ONE_IS_PENDING, 50",
    "VOTES_FOR_OLDER_LOGS, 50",
    "TAKES_NEEDED_VOTES_AWAY, 50",
    "ANSWER_BEFORE_DURABLE, 200",
    "VOTE_IN_A_KNOWN_TERM_NOT_SAVED, 300",
  })
  void mistakeIsCaughtWithinSeeds(Mutant mutant, long seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      try {
        new RaftSimulation(seed, mutant).run();
      } catch (AssertionError | BrokenInvariant caught) {
        System.out.printf("%s caught at seed %d: %s%n", mutant, seed, firstLine(caught));
        return;
      }
    }
    assertThat(seeds).as("%s was not caught in this many seeds", mutant).isZero();
  }

  private static String firstLine(Throwable caught) {
    return String.valueOf(caught.getMessage()).lines().findFirst().orElse("");
  }
}
