package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hints that their targets refused again and again, until an operator says what becomes of them.
 * Durable, and all of them in memory, for there are few. Lives on the lane of the hints.
 */
final class DeadLetters {
  /** A reason is another node's words, which are not ours to bound. */
  private static final int REASON_CHARS_MAX = 200;

  private final HintStore store;
  private final int most;
  private final NavigableMap<Hint, DeadLetter> letters = new TreeMap<>();

  /** By target. */
  private final Map<NodeId, Long> counts = new TreeMap<>();

  DeadLetters(HintStore store, int most, List<DeadLetter> durable) {
    this.store = store;
    this.most = most;
    durable.forEach(this::keep);
  }

  private void keep(DeadLetter letter) {
    if (letters.put(letter.hint(), letter) == null) {
      counts.merge(letter.hint().target(), 1L, Long::sum);
    }
  }

  boolean isFull() {
    return letters.size() >= most;
  }

  int count() {
    return letters.size();
  }

  boolean has(Hint hint) {
    return letters.containsKey(hint);
  }

  long count(NodeId target) {
    return counts.getOrDefault(target, 0L);
  }

  /** Takes a hint's place; not if the disk does not take the letter, for then the hint is left. */
  void bury(HintStore.Kept kept, long wallMillis, String reason, PutCallback durable) {
    String said =
        reason.length() <= REASON_CHARS_MAX ? reason : reason.substring(0, REASON_CHARS_MAX);
    DeadLetter letter = new DeadLetter(kept.hint(), kept.missed(), wallMillis, said);
    DeadLetter before = letters.get(letter.hint());
    keep(letter);
    store.bury(
        letter,
        new PutCallback() {
          @Override
          public void stored() {
            durable.stored();
          }

          @Override
          public void failed(StorageFault fault) {
            if (letGo(letter.hint()) && before != null) { // else it was taken away meanwhile
              keep(before);
            }
            durable.failed(fault);
          }
        });
  }

  private boolean letGo(Hint hint) {
    if (letters.remove(hint) == null) {
      return false;
    }
    counts.computeIfPresent(hint.target(), (same, count) -> count == 1 ? null : count - 1);
    return true;
  }

  /** Takes a letter away; false if there is none. */
  boolean remove(Hint hint, PutCallback durable) {
    if (!letGo(hint)) {
      return false;
    }
    store.removeDeadLetter(hint, durable);
    return true;
  }

  /** Told whether the disk let go of a letter; it is there again if not. */
  PutCallback taken(DeadLetter letter, PendingLetters settling) {
    return settling.each(() -> keep(letter));
  }

  /**
   * Those that fit, in order.
   *
   * @param after only those that come after this one; null for all
   */
  List<DeadLetter> list(Which which, @Nullable Hint after, int most) {
    var rest = after == null ? letters : letters.tailMap(after, false);
    return rest.values().stream().filter(which::includes).limit(most).toList();
  }

  /**
   * Some of them.
   *
   * @param target null for all
   * @param partition null for all
   */
  record Which(@Nullable NodeId target, @Nullable Integer partition) {
    boolean includes(DeadLetter letter) {
      return (target == null || target.equals(letter.hint().target()))
          && (partition == null || partition == letter.hint().partition());
    }
  }
}
