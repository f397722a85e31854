package io.quorate.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The checkers are not blind: the seeds that CI runs catch each classic bug. */
class MutantTest {
  /** One test for all of them, for they are hunted on all cores. */
  @Test
  void eachIsCaughtByTheSeedsOfCi() {
    int threads = Runtime.getRuntime().availableProcessors();

    MutantTable table = MutantTable.of(ClusterQuarry.all(), 1, threads);

    System.out.println(table);
    assertThat(table.allCaught()).as("%s", table).isTrue();
  }
}
