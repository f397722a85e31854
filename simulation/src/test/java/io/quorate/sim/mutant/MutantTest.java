package io.quorate.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * The checkers are not blind: each classic bug is caught within a bounded number of seeds, by a
 * rule that it breaks. A run that breaks another rule has found another bug: the test fails, too.
 */
class MutantTest {
  /**
   * Chance finds them in one of thousands of seeds, so campaigns hunt them. Schedules have a twin
   * for each: the scenario dual-write-needs-both-sets, and ReplicaMarksTest.
   */
  private static final Set<String> FOR_CAMPAIGNS =
      Set.of(Mutant.MOVE_UNION_QUORUM.name(), Mutant.LATER_TIME_FORGOTTEN.name());

  /** Whether noted seeds are run without their mutants, too: before a release. */
  private static final boolean PROOF = "all".equals(System.getProperty("quorate.mutants"));

  /** One test for all mutants, since they run on all cores. */
  @Test
  void eachIsCaughtWithinItsSeedsByARuleThatItBreaks() {
    NotedSeeds noted = NotedSeeds.read();
    List<Quarry> hunted =
        ClusterQuarry.all().stream()
            .filter(each -> !FOR_CAMPAIGNS.contains(each.mutant()))
            .toList();
    Map<Quarry, Evidence> seen = new ConcurrentHashMap<>(); // walked in the order of the mutants
    hunted.parallelStream().forEach(each -> seen.put(each, noted.evidence(each, PROOF)));
    List<Quarry> escaped =
        hunted.stream().filter(each -> !(seen.get(each) instanceof Evidence.Caught)).toList();

    MutantTable table = MutantTable.of(escaped, 1, Runtime.getRuntime().availableProcessors());

    Set<String> unexplained = new LinkedHashSet<>(); // a hunt runs noted seeds again
    for (Quarry each : hunted) {
      if (seen.get(each) instanceof Evidence.Unexplained(String what)) {
        unexplained.add(what);
      }
    }
    unexplained.addAll(table.unexplained());
    if (!escaped.isEmpty()) {
      System.out.println(table);
      System.out.println("for mutant-seeds.txt:\n" + NotedSeeds.lines(table.rows()));
    }
    assertThat(table.allCaught()).as("%s", table).isTrue();
    assertThat(unexplained).isEmpty();
  }
}
