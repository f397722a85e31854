package io.quorate.replication.coordinator.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Invariant.BrokenInvariant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationTableTest {
  private final OperationTable table = new OperationTable(1, 2);

  @Test
  void anAnswerToAnEarlierRoundFindsNobody() {
    InFlight operation = new Waiting();
    long first = table.add(operation);
    long second = table.renew(first);

    assertThat(table.get(first)).isNull();
    assertThat(table.get(second)).isSameAs(operation);
  }

  @Test
  void anAnswerToTheSlotsFormerUserFindsNobody() {
    long gone = table.add(new Waiting());
    table.remove(gone);
    InFlight next = new Waiting();
    long id = table.add(next);

    assertThat(table.get(gone)).isNull();
    assertThat(table.get(id)).isSameAs(next);
  }

  @Test
  void anAnswerToAnEarlierStartOfTheNodeFindsNobody() {
    long before = table.add(new Waiting());
    OperationTable afterRestart = new OperationTable(2, 2);
    afterRestart.add(new Waiting());

    assertThat(afterRestart.get(before)).isNull();
  }

  @Test
  void isFullAtItsBound() {
    table.add(new Waiting());
    assertThat(table.isFull()).isFalse();
    table.add(new Waiting());
    assertThat(table.isFull()).isTrue();
    assertThatThrownBy(() -> table.add(new Waiting())).isInstanceOf(BrokenInvariant.class);
  }

  @Test
  void aVisitorMayRemoveWhatItVisits() {
    long one = table.add(new Waiting());
    long two = table.add(new Waiting());
    List<InFlight> seen = new ArrayList<>();
    table.forEach(
        operation -> {
          seen.add(operation);
          table.remove(seen.size() == 1 ? one : two);
        });

    assertThat(seen).hasSize(2);
    assertThat(table.size()).isZero();
  }

  @Test
  void numbersThatNoTableGaveAreNoIds() {
    assertThat(table.get(-1)).isNull();
    assertThat(table.get(Long.MAX_VALUE)).isNull();
    assertThat(table.get(0)).isNull();
  }

  private static final class Waiting implements InFlight {
    @Override
    public long deadlineNanos() {
      return 0;
    }

    @Override
    public void expire() {}

    @Override
    public void check(long nowNanos) {}
  }
}
