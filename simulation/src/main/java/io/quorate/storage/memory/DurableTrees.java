package io.quorate.storage.memory;

import io.quorate.storage.TreeStore;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a crash would leave of hash trees. */
final class DurableTrees {
  private byte @Nullable [] head;
  private final TreeMap<Integer, byte[]> trees = new TreeMap<>();
  private final TreeMap<Long, byte[]> log = new TreeMap<>();

  void apply(Write.TreeEffect effect) {
    switch (effect) {
      case Write.BeginTrees begin -> {
        head = begin.head();
        trees.clear();
        log.clear();
      }
      case Write.GoOnWithTrees goOn -> {
        head = goOn.head();
        trees.keySet().removeAll(goOn.without());
      }
      case Write.LogTreeChange change -> log.put(change.number(), change.change());
      case Write.KeepTree keep -> trees.put(keep.partition(), keep.tree());
      case Write.ForgetTrees forget -> trees.keySet().removeAll(forget.partitions());
      case Write.CutTreeLog cut -> log.headMap(cut.below()).clear();
      case Write.LeaveTrees leave -> {
        head = leave.head();
        trees.clear();
        trees.putAll(leave.trees());
        log.clear();
      }
    }
  }

  /** Nothing of them can be read. */
  void lose() {
    head = null;
    trees.clear();
    log.clear();
  }

  TreeStore.Contents contents() {
    return new TreeStore.Contents(head, new TreeMap<>(trees));
  }

  void replay(TreeStore.Replay replay) {
    for (Map.Entry<Long, byte[]> each : log.entrySet()) {
      replay.entry(each.getKey(), ByteBuffer.wrap(each.getValue()));
    }
  }

  int logged() {
    return log.size();
  }
}
