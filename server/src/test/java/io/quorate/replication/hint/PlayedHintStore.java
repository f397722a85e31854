package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.storage.HintStore;
import io.quorate.storage.RecordStore.PutCallback;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose memory tells nothing of its hints, and which answers additions and searches when a
 * test says so.
 */
final class PlayedHintStore implements HintStore {
  final List<PutCallback> additions = new ArrayList<>();
  final List<Consumer<Boolean>> searches = new ArrayList<>();
  final List<NodeId> paused = new ArrayList<>();

  private final Map<NodeId, Owed> owed;

  PlayedHintStore(Map<NodeId, Owed> owed) {
    this.owed = owed;
  }

  @Override
  public Contents load() {
    return new Contents(owed, List.of(), false, false);
  }

  @Override
  public void add(Kept kept, PutCallback durable) {
    additions.add(durable);
  }

  @Override
  public void remove(Hint hint, PutCallback durable) {
    durable.stored();
  }

  @Override
  public void bury(DeadLetter letter, PutCallback durable) {
    durable.stored();
  }

  @Override
  public void removeDeadLetter(Hint hint, PutCallback durable) {
    durable.stored();
  }

  @Override
  public void pause(@Nullable NodeId target, boolean pause, PutCallback durable) {
    if (pause) {
      paused.add(target);
    } else {
      paused.remove(target);
    }
    durable.stored();
  }

  @Override
  public void lossMarked(PutCallback durable) {
    durable.stored();
  }

  @Override
  public void settled(PutCallback durable) {
    durable.stored();
  }

  @Override
  public Known known(Hint hint) {
    return Known.UNSURE;
  }

  @Override
  public void find(Hint hint, Consumer<Boolean> callback) {
    searches.add(callback);
  }

  @Override
  public void page(NodeId target, @Nullable Hint after, int most, PageCallback callback) {
    callback.page(List.of(), true);
  }

  @Override
  public void markRepair(NodeId target, int partition, Lack lack, PutCallback durable) {
    durable.stored();
  }

  @Override
  public void unmarkRepair(NodeId target, int partition, PutCallback durable) {
    durable.stored();
  }
}
