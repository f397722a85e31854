package io.quorate.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.migration.Awaited.Task;
import io.quorate.model.NodeId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NotBegunTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);

  private final NotBegun notBegun = new NotBegun();

  @Test
  void eachIsAwaitedOnceThatLastsUntilItIsHeard() {
    notBegun.look(Map.of(A, 3), SECOND);
    notBegun.look(Map.of(A, 2, B, 7), 2 * SECOND);
    assertThat(notBegun.awaited(6 * SECOND - 1)).isEmpty();
    assertThat(notBegun.awaited(7 * SECOND))
        .containsExactly(
            new Awaited(A, Task.BEGIN, 2, 6 * SECOND), new Awaited(B, Task.BEGIN, 7, 5 * SECOND));
    notBegun.look(Map.of(B, 7), 8 * SECOND);
    assertThat(notBegun.awaited(8 * SECOND))
        .containsExactly(new Awaited(B, Task.BEGIN, 7, 6 * SECOND));
    notBegun.retain(Set.of(A, B));
    assertThat(notBegun.awaited(9 * SECOND)).hasSize(1);
    notBegun.retain(Set.of(A));
    assertThat(notBegun.awaited(9 * SECOND)).isEmpty();
    notBegun.look(Map.of(B, 7), 0);
    notBegun.clear();
    assertThat(notBegun.awaited(8 * SECOND)).isEmpty();
  }
}
