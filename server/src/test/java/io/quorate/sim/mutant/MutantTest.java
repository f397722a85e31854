package io.quorate.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checkers are not blind: the seeds that CI runs catch each classic bug. */
class MutantTest {
  static Stream<Quarry> quarries() {
    return ClusterQuarry.all().stream();
  }

  @ParameterizedTest
  @MethodSource("quarries")
  void isCaughtByTheSeedsOfCi(Quarry quarry) {
    MutantTable table = MutantTable.of(List.of(quarry), 1, 1);

    System.out.println(table.rows());
    assertThat(table.allCaught()).as("%s", table.rows()).isTrue();
  }
}
