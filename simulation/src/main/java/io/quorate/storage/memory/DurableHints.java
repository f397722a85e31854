package io.quorate.storage.memory;

import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.Contents;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.HintStore.Missed;
import io.quorate.storage.HintStore.Owed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The hints of one node that a crash would leave. */
final class DurableHints {
  private final NavigableMap<Hint, Missed> hints = new TreeMap<>();
  private final NavigableMap<Hint, DeadLetter> letters = new TreeMap<>();
  private final TreeMap<NodeId, SortedMap<Integer, Lack>> repairs = new TreeMap<>();

  /** Only looked up. */
  private final Set<NodeId> paused = new HashSet<>();

  private boolean allPaused;
  private boolean lost;

  void add(Kept kept) {
    hints.put(kept.hint(), kept.missed());
  }

  void remove(Hint hint) {
    hints.remove(hint);
  }

  void bury(DeadLetter letter) {
    hints.remove(letter.hint());
    letters.put(letter.hint(), letter);
  }

  void removeDeadLetter(Hint hint) {
    letters.remove(hint);
  }

  void apply(Write.SetPause set) {
    if (set.target() == null) {
      allPaused = set.paused();
    } else if (set.paused()) {
      paused.add(set.target());
    } else {
      paused.remove(set.target());
    }
  }

  void apply(Write.SetRepair set) {
    SortedMap<Integer, Lack> marked =
        repairs.computeIfAbsent(set.target(), none -> new TreeMap<>());
    if (set.lack() == null) {
      marked.remove(set.partition());
    } else {
      marked.put(set.partition(), set.lack());
    }
  }

  boolean contains(Hint hint) {
    return hints.containsKey(hint);
  }

  /** Returns at most this many hints for one node, after a given one. */
  List<Kept> after(NodeId target, @Nullable Hint after, int most) {
    List<Kept> found = new ArrayList<>();
    var rest = after == null ? hints : hints.tailMap(after, false);
    for (var each : rest.entrySet()) {
      if (found.size() == most) {
        break;
      }
      if (each.getKey().target().equals(target)) {
        found.add(new Kept(each.getKey(), each.getValue()));
      }
    }
    return found;
  }

  Contents contents() {
    Set<NodeId> targets = new TreeSet<>(repairs.keySet());
    targets.addAll(paused);
    hints.keySet().forEach(hint -> targets.add(hint.target()));
    TreeMap<NodeId, Owed> owed = new TreeMap<>();
    targets.forEach(target -> owed.put(target, owed(target)));
    return new Contents(owed, List.copyOf(letters.values()), allPaused, lost);
  }

  void lose() {
    hints.clear();
    letters.clear();
    repairs.clear();
    paused.clear();
    allPaused = false;
    lost = true;
  }

  void lossMarked() {
    lost = false;
  }

  private Owed owed(NodeId target) {
    TreeMap<Long, Long> stamps = new TreeMap<>();
    long bytes = 0;
    for (Map.Entry<Hint, Missed> each : hints.entrySet()) {
      if (each.getKey().target().equals(target)) {
        stamps.merge(each.getValue().stamp(), 1L, Long::sum);
        bytes += new Kept(each.getKey(), each.getValue()).bytes();
      }
    }
    return new Owed(
        stamps,
        bytes,
        new TreeMap<>(repairs.getOrDefault(target, new TreeMap<>())),
        paused.contains(target));
  }
}
