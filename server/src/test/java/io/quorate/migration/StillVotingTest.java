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
  void eachIsAwaitedFromWhenItIsFirstSeenToWhenItVotesNoMore() {
    voting.look(List.of(A), List.of(), SECOND);
    voting.look(List.of(A, B), List.of(), 2 * SECOND);
    assertThat(voting.awaited(3 * SECOND))
        .containsExactly(
            new Awaited(A, Task.VOTE, 0, 2 * SECOND), new Awaited(B, Task.VOTE, 0, SECOND));
    voting.look(List.of(B), List.of(), 4 * SECOND);
    assertThat(voting.awaited(4 * SECOND))
        .containsExactly(new Awaited(B, Task.VOTE, 0, 2 * SECOND));
    voting.clear();
    assertThat(voting.awaited(4 * SECOND)).isEmpty();
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
