package io.quorate.storage.memory;

import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Owed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The hints of one node that a crash would leave. */
final class DurableHints {
  /** About what a hint takes on a real disk, beside its key. */
  private static final int BYTES_BESIDE_KEY = 15;

  private final NavigableSet<Hint> hints = new TreeSet<>();
  private final TreeMap<NodeId, SortedSet<Integer>> repairs = new TreeMap<>();

  void apply(Write.SetHint set) {
    if (set.there()) {
      hints.add(set.hint());
    } else {
      hints.remove(set.hint());
    }
  }

  void apply(Write.SetRepair set) {
    SortedSet<Integer> marked = repairs.computeIfAbsent(set.target(), none -> new TreeSet<>());
    if (set.there()) {
      marked.add(set.partition());
    } else {
      marked.remove(set.partition());
    }
  }

  boolean contains(Hint hint) {
    return hints.contains(hint);
  }

  /** At most so many hints for one node, after another one. */
  List<Hint> after(NodeId target, @Nullable Hint after, int most) {
    List<Hint> found = new ArrayList<>();
    NavigableSet<Hint> rest = after == null ? hints : hints.tailSet(after, false);
    for (Hint hint : rest) {
      if (found.size() == most) {
        break;
      }
      if (hint.target().equals(target)) {
        found.add(hint);
      }
    }
    return found;
  }

  Map<NodeId, Owed> owed() {
    TreeMap<NodeId, Owed> owed = new TreeMap<>();
    repairs.forEach((target, marked) -> owed.put(target, new Owed(0, 0, new TreeSet<>(marked))));
    for (Hint hint : hints) {
      Owed one = owed.getOrDefault(hint.target(), new Owed(0, 0, new TreeSet<>()));
      owed.put(hint.target(), new Owed(one.hints() + 1, one.bytes() + bytes(hint), one.repairs()));
    }
    return owed;
  }

  static long bytes(Hint hint) {
    return BYTES_BESIDE_KEY + (long) hint.key().bytes().length;
  }
}
