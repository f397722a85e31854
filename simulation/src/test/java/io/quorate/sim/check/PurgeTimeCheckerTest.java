package io.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.version.Hlc;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The clock of one node has shown 5,000, and that of another one 1,000. */
class PurgeTimeCheckerTest {
  private final PurgeTimeChecker checker = new PurgeTimeChecker(nodes -> nodes < 2 ? 5_000 : 1_000);

  @Test
  void aPurgeUpToWhatTwoClocksHaveShownIsInTime() {
    assertThatCode(() -> learns(2, new PurgeMarks(Hlc.of(1_000, 7), Hlc.of(1_000, 7))))
        .doesNotThrowAnyException();
    assertThatCode(() -> learns(2, new PurgeMarks(Hlc.of(4_000, 0), Hlc.of(1_000, 7))))
        .as("it is promised only")
        .doesNotThrowAnyException();
  }

  @Test
  void aPurgeUpToWhatOneClockAloneHasShownIsTooEarly() {
    assertThatThrownBy(() -> learns(2, new PurgeMarks(Hlc.of(1_001, 0), Hlc.of(1_001, 0))))
        .isInstanceOf(PromiseBroken.class)
        .hasMessageContaining("1 ms after any time that 2 clocks have shown");
  }

  @Test
  void theOnlyReplicaDecidesAlone() {
    assertThatCode(() -> learns(1, new PurgeMarks(Hlc.of(5_000, 0), Hlc.of(5_000, 0))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> learns(1, new PurgeMarks(Hlc.of(5_001, 0), Hlc.of(5_001, 0))))
        .isInstanceOf(PromiseBroken.class);
  }

  private long stateVersion;

  private void learns(int replicas, PurgeMarks marks) {
    List<NodeId> owners = List.of(new NodeId(1), new NodeId(2));
    checker.learns(
        new Placements(
            ++stateVersion,
            Map.of(),
            Map.of("t", new Tenant(1, "t", replicas, Level.QUORUM, Level.QUORUM, 0)),
            List.of(new PartitionPlacement(1, owners, marks, Collections.emptySortedSet()))));
  }
}
