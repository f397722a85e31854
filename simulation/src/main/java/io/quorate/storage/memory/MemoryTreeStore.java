package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.TreeStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Hash trees on a disk in memory. */
final class MemoryTreeStore implements TreeStore {
  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;

  MemoryTreeStore(MemoryStorage storage, MemoryDisk disk, Lane lane) {
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public Contents load() {
    return disk.trees().contents();
  }

  @Override
  public boolean replay(Replay replay) {
    disk.trees().replay(replay);
    return true;
  }

  @Override
  public void begin(byte[] head, PutCallback durable) {
    submit(new Write.BeginTrees(head), head.length, durable);
  }

  @Override
  public void goOn(byte[] head, List<Integer> without, PutCallback durable) {
    submit(new Write.GoOnWithTrees(head, of(without)), head.length, durable);
  }

  @Override
  public void log(long number, ByteBuffer change) {
    byte[] copy = new byte[change.remaining()];
    change.get(copy);
    submit(new Write.LogTreeChange(number, copy), copy.length, PutCallback.UNAWAITED);
  }

  @Override
  public void keep(int partition, byte[] tree, PutCallback durable) {
    submit(new Write.KeepTree(partition, tree), tree.length, durable);
  }

  @Override
  public void forget(List<Integer> partitions, PutCallback durable) {
    submit(new Write.ForgetTrees(of(partitions)), 0, durable);
  }

  @Override
  public void cut(long below) {
    submit(new Write.CutTreeLog(below), 0, PutCallback.UNAWAITED);
  }

  @Override
  public void leave(byte[] head, Map<Integer, byte[]> trees) {
    long bytes = trees.values().stream().mapToLong(each -> each.length).sum();
    Write.Effect effect = new Write.LeaveTrees(head, new TreeMap<>(trees));
    storage.submitLast(new Write(lane, effect, bytes, PutCallback.UNAWAITED));
  }

  private static Set<Integer> of(List<Integer> partitions) {
    return new TreeSet<>(partitions);
  }

  private void submit(Write.Effect effect, long bytes, PutCallback durable) {
    storage.submit(new Write(lane, effect, bytes, durable));
  }
}
