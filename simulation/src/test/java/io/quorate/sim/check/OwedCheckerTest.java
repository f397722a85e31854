package io.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.hint.HintEvent;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.HintStore.Missed;
import io.quorate.storage.HintStore.Owed;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What may be left of a dead letter when its node starts again. */
class OwedCheckerTest {
  private static final NodeId TARGET = new NodeId(2);
  private static final int PARTITION = 3;
  private static final Key KEY = new Key(1, new byte[] {1});
  private static final Key OTHER = new Key(1, new byte[] {2});

  private final OwedChecker checker = new OwedChecker("a");

  OwedCheckerTest() {
    checker.happened(new HintEvent.DeadLettered(TARGET, PARTITION, KEY, "refused"));
  }

  private void starts(List<HintStore.DeadLetter> letters, List<Key> hints, List<Integer> repairs) {
    TreeMap<Integer, Lack> marked = new TreeMap<>();
    repairs.forEach(partition -> marked.put(partition, Lack.KNOWN));
    Owed owed = new Owed(new TreeMap<>(Map.of(0L, (long) hints.size())), 0, marked, false);
    checker.starts(
        new HintStore.Contents(Map.of(TARGET, owed), letters, false, false),
        hint -> hint.partition() == PARTITION && hints.contains(hint.key()));
  }

  @Test
  void theLetterIsThere() {
    Hint hint = new Hint(TARGET, PARTITION, KEY);
    starts(List.of(new HintStore.DeadLetter(hint, Missed.UNKNOWN, 0, "")), List.of(), List.of());
  }

  @Test
  void theHintOfItIsThereAgain() {
    starts(List.of(), List.of(KEY), List.of());
  }

  @Test
  void thePartitionIsToBeCompared() {
    starts(List.of(), List.of(), List.of(PARTITION));
  }

  @Test
  void theHintOfAnotherKeyDoesNotStandForIt() {
    assertThatThrownBy(() -> starts(List.of(), List.of(OTHER), List.of()))
        .isInstanceOf(PromiseBroken.class)
        .hasMessageContaining("has lost the dead letter");
  }
}
