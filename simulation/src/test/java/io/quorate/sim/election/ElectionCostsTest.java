package io.quorate.sim.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.election.ElectionCosts.Costs;
import org.junit.jupiter.api.Test;

/** Prints what elections cost, and holds what is known of it. */
class ElectionCostsTest {

  @Test
  void tableHasALineForEachSize() {
    String table = ElectionCosts.table();
    System.out.print(table);
    assertThat(table.lines().filter(line -> line.matches("[3579] .*"))).hasSize(4);
  }

  /**
   * Every node that misses a Bully coordinator asks all with higher ids, so the messages grow with
   * the square of the group (Garcia-Molina, section III). A Raft candidate asks each other node
   * twice and then tells it, so they grow with the group, and a bad draw of timeouts costs a round
   * more.
   */
  @Test
  void raftNeedsFewerMessagesThanBully() {
    Costs bully = ElectionCosts.measure(Algorithm.BULLY, 9);
    Costs raft = ElectionCosts.measure(Algorithm.RAFT, 9);
    assertThat(Costs.median(raft.messages())).isLessThan(Costs.median(bully.messages()));
  }
}
