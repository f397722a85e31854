package io.quorate.replication.hint;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Missed;
import io.quorate.storage.HintStore.Owed;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Hints that memory does not tell of, on a disk that refuses. */
class HintCountTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId AWAY = new NodeId(7);
  private static final Hint HINT = new Hint(AWAY, 3, new Key(1, new byte[] {5}));
  private static final long BYTES = new Kept(HINT, new Missed(1, 1)).bytes();
  private static final StorageFault FULL = new StorageFault(StorageFault.Kind.FULL, "no room");

  private static PlayedHintStore storeWithHint() {
    Owed one = new Owed(new TreeMap<>(Map.of(1L, 1L)), BYTES, new TreeMap<>(), false);
    return new PlayedHintStore(Map.of(AWAY, one));
  }

  private static Hints load(PlayedHintStore store) {
    return new Hints(
        store,
        node -> false,
        new SystemClock(),
        (hint, callback) -> {},
        BackgroundBudget.UNLIMITED,
        HintConfig.DEFAULT,
        event -> {});
  }

  private static Hints missed(PlayedHintStore store) {
    Hints hints = load(store);
    hints.missed(HINT.target(), HINT.partition(), 1, HINT.key());
    return hints;
  }

  private static void assertOwesOne(Hints hints) {
    assertThat(hints.sum().hints()).isEqualTo(1);
    assertThat(hints.sum().bytes()).isEqualTo(BYTES);
  }

  @Test
  void hintThatWasThereStaysCountedIfItsAdditionFailsAfterTheSearch() {
    PlayedHintStore store = storeWithHint();
    Hints hints = missed(store);
    store.searches.getFirst().accept(true);
    store.additions.getFirst().failed(FULL);
    assertOwesOne(hints);
  }

  @Test
  void hintThatWasThereStaysCountedIfItsAdditionFailsBeforeTheSearch() {
    PlayedHintStore store = storeWithHint();
    Hints hints = missed(store);
    store.additions.getFirst().failed(FULL);
    store.searches.getFirst().accept(true);
    assertOwesOne(hints);
  }

  @Test
  void hintThatWasThereIsCountedOnceIfItIsAdded() {
    PlayedHintStore store = storeWithHint();
    Hints hints = missed(store);
    store.additions.getFirst().stored();
    store.searches.getFirst().accept(true);
    assertOwesOne(hints);
  }

  @Test
  void hintThatIsNowhereIsNotCounted() {
    PlayedHintStore store = new PlayedHintStore(Map.of());
    Hints hints = missed(store);
    store.searches.getFirst().accept(false);
    store.additions.getFirst().failed(FULL);
    assertThat(hints.sum().hints()).isZero();
  }

  /** An operator can resume members only. */
  @Test
  void nodeThatHasLeftIsNotPaused() {
    PlayedHintStore store = storeWithHint();
    Hints hints = load(store);
    hints.setMembers(Set.of(SELF));
    hints.pause(AWAY, PutCallback.UNAWAITED);
    assertThat(store.paused).isEmpty();
    hints.setMembers(Set.of(SELF, AWAY));
    hints.pause(AWAY, PutCallback.UNAWAITED);
    assertThat(store.paused).containsExactly(AWAY);
  }
}
