package io.quorate.sim.mutant;

import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.sim.cluster.PassingStorage;
import io.quorate.storage.HintStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A disk that takes a hint away first, and makes a dead letter of it later. For a mutant. */
record CarelessBurial(Storage real) implements PassingStorage {
  private static final PutCallback NOBODY =
      new PutCallback() {
        @Override
        public void stored() {}

        @Override
        public void failed(StorageFault fault) {}
      };

  @Override
  public HintStore hints(Lane lane) {
    HintStore careful = real.hints(lane);
    return new HintStore() {
      @Override
      public void bury(DeadLetter letter, PutCallback durable) {
        careful.remove(letter.hint(), durable);
        Lane.Timer unused =
            lane.schedule(TimeUnit.MILLISECONDS.toNanos(300), () -> careful.bury(letter, NOBODY));
      }

      @Override
      public Contents load() {
        return careful.load();
      }

      @Override
      public void add(Kept kept, PutCallback durable) {
        careful.add(kept, durable);
      }

      @Override
      public void remove(Hint hint, PutCallback durable) {
        careful.remove(hint, durable);
      }

      @Override
      public void removeDeadLetter(Hint hint, PutCallback durable) {
        careful.removeDeadLetter(hint, durable);
      }

      @Override
      public void pause(@Nullable NodeId target, boolean paused, PutCallback durable) {
        careful.pause(target, paused, durable);
      }

      @Override
      public void lossMarked(PutCallback durable) {
        careful.lossMarked(durable);
      }

      @Override
      public void settled(PutCallback durable) {
        careful.settled(durable);
      }

      @Override
      public Known known(Hint hint) {
        return careful.known(hint);
      }

      @Override
      public void find(Hint hint, Consumer<Boolean> callback) {
        careful.find(hint, callback);
      }

      @Override
      public void page(NodeId target, @Nullable Hint after, int most, PageCallback callback) {
        careful.page(target, after, most, callback);
      }

      @Override
      public void markRepair(NodeId target, int partition, Lack lack, PutCallback durable) {
        careful.markRepair(target, partition, lack, durable);
      }

      @Override
      public void unmarkRepair(NodeId target, int partition, PutCallback durable) {
        careful.unmarkRepair(target, partition, durable);
      }
    };
  }
}
