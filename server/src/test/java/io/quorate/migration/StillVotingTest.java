package io.quorate.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.migration.Awaited.Task;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StillVotingTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);

  private final List<MigrationEvent> told = new ArrayList<>();
  private final StillVoting voting = new StillVoting(told::add);

  @Test
  void eachIsAwaitedOnceThatLastsUntilItVotesNoMore() {
    voting.look(List.of(A), List.of(), SECOND);
    voting.look(List.of(A, B), List.of(), 2 * SECOND);
    assertThat(voting.awaited(6 * SECOND - 1)).isEmpty();
    assertThat(voting.awaited(7 * SECOND))
        .containsExactly(
            new Awaited(A, Task.VOTE, 0, 6 * SECOND), new Awaited(B, Task.VOTE, 0, 5 * SECOND));
    voting.look(List.of(B), List.of(), 8 * SECOND);
    assertThat(voting.awaited(8 * SECOND))
        .containsExactly(new Awaited(B, Task.VOTE, 0, 6 * SECOND));
    voting.clear();
    assertThat(voting.awaited(8 * SECOND)).isEmpty();
    assertThat(told).as("the metadata group says why").isEmpty();
  }

  @Test
  void votesAboutLocksAloneAreToldOnceWhenTheyLast() {
    voting.look(List.of(A), List.of(), 0);
    for (int tick = 100; tick < 200; tick++) {
      voting.look(List.of(A), List.of(A), tick * SECOND / 10);
      assertThat(told).hasSize(tick < 150 ? 0 : 1);
    }
    assertThat(told).containsExactly(new MigrationEvent.VotesAboutLocks(A));
    voting.look(List.of(A), List.of(), 20 * SECOND);
    voting.look(List.of(A), List.of(A), 21 * SECOND);
    voting.look(List.of(A), List.of(A), 25 * SECOND);
    assertThat(told).hasSize(1);
    voting.look(List.of(A), List.of(A), 26 * SECOND);
    assertThat(told).hasSize(2);
  }
}
