package io.quorate.storage.memory;

import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.storage.HintStore;
import io.quorate.storage.RecordStore.PutCallback;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hints on a disk in memory. */
final class MemoryHintStore implements HintStore {
  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;

  MemoryHintStore(MemoryStorage storage, MemoryDisk disk, Lane lane) {
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public Contents load() {
    return disk.hints().contents();
  }

  @Override
  public void add(Kept kept, PutCallback durable) {
    submit(new Write.AddHint(kept), kept.bytes(), durable);
  }

  @Override
  public void remove(Hint hint, PutCallback durable) {
    submit(new Write.RemoveHint(hint), bytes(hint), durable);
  }

  @Override
  public void bury(DeadLetter letter, PutCallback durable) {
    submit(new Write.Bury(letter), 2 * bytes(letter.hint()) + letter.reason().length(), durable);
  }

  @Override
  public void removeDeadLetter(Hint hint, PutCallback durable) {
    submit(new Write.RemoveDeadLetter(hint), bytes(hint), durable);
  }

  @Override
  public void pause(@Nullable NodeId target, boolean paused, PutCallback durable) {
    submit(new Write.SetPause(target, paused), Long.BYTES, durable);
  }

  private static long bytes(Hint hint) {
    return new Kept(hint, Missed.UNKNOWN).bytes();
  }

  @Override
  public void lossMarked(PutCallback durable) {
    submit(new Write.LossMarked(), Byte.BYTES, durable);
  }

  @Override
  public void settled(PutCallback durable) {
    submit(new Write.Nothing(), 0, durable);
  }

  @Override
  public Known known(Hint hint) {
    return disk.hints().contains(hint) ? Known.YES : Known.NO;
  }

  @Override
  public void find(Hint hint, Consumer<Boolean> callback) {
    boolean found = disk.hints().contains(hint);
    lane.execute(() -> callback.accept(found));
  }

  @Override
  public void page(NodeId target, @Nullable Hint after, int most, PageCallback callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      lane.execute(() -> callback.failed(MemoryStorage.CLOSED));
      return;
    }
    int bound = Math.min(most, disk.pageMax());
    storage.later(
        lane,
        () -> disk.hints().after(target, after, bound + 1),
        found -> {
          List<Kept> page = found.subList(0, Math.min(bound, found.size()));
          callback.page(List.copyOf(page), found.size() <= bound);
        });
  }

  @Override
  public void markRepair(NodeId target, int partition, Lack lack, PutCallback durable) {
    submit(new Write.SetRepair(target, partition, lack), Short.BYTES, durable);
  }

  @Override
  public void unmarkRepair(NodeId target, int partition, PutCallback durable) {
    submit(new Write.SetRepair(target, partition, null), Short.BYTES, durable);
  }

  private void submit(Write.Effect effect, long bytes, PutCallback durable) {
    storage.submit(new Write(lane, effect, bytes, durable));
  }
}
