package io.quorate.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The checkers are not blind: each classic bug is caught within a bounded number of seeds. */
class MutantTest {
  /**
   * Chance finds it in one of thousands of seeds, so campaigns hunt it; the scenario
   * dual-write-needs-both-sets has a twin for it.
   */
  private static final String FOR_CAMPAIGNS = Mutant.MOVE_UNION_QUORUM.name();

  /** One test for all mutants, since they run on all cores. */
  @Test
  void eachIsCaughtWithinItsSeeds() {
    NotedSeeds noted = NotedSeeds.read();
    List<Quarry> escaped =
        ClusterQuarry.all().parallelStream()
            .filter(each -> !each.mutant().equals(FOR_CAMPAIGNS) && !noted.catches(each))
            .toList();

    MutantTable table = MutantTable.of(escaped, 1, Runtime.getRuntime().availableProcessors());

    if (!escaped.isEmpty()) {
      System.out.println(table);
      System.out.println("for mutant-seeds.txt:\n" + NotedSeeds.lines(table.rows()));
    }
    assertThat(table.allCaught()).as("%s", table).isTrue();
  }
}
