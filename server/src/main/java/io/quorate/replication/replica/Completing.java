package io.quorate.replication.replica;

import io.quorate.replication.history.History;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Completes a replica that others have brought what they hold, since a partition moves to it or it
 * is filled. It does not count as complete before it counts as forgotten what those were offered,
 * and before its history begins again or reaches as far back as theirs, if others have one that it
 * lacks; and before all of that is on the device, for others count on what is reported to the
 * cluster.
 */
final class Completing {
  private final ReplicaContext context;
  private final HybridClock hybridClock;
  private final OwnedPartitions owned;
  private final StampBound stamps;
  private final Notes notes;
  private final History history;

  Completing(
      ReplicaContext context,
      HybridClock hybridClock,
      OwnedPartitions owned,
      StampBound stamps,
      Notes notes,
      History history) {
    this.context = context;
    this.hybridClock = hybridClock;
    this.owned = owned;
    this.stamps = stamps;
    this.notes = notes;
    this.history = history;
  }

  /** Keeps versions that another replica has kept, if all of them can be what they say. */
  void keep(int partition, List<Kept> versions, Consumer<Boolean> callback) {
    boolean areCredible =
        versions.stream()
            .allMatch(
                each ->
                    owned.model(each.key().tenant()).isOf(each.record())
                        && stamps.isCredible(each.record().version())
                        && hybridClock.isCredible(each.until(), context.clock().wallMillis()));
    if (areCredible) {
      history.copied(partition, versions, callback);
    } else {
      callback.accept(false);
    }
  }

  /** Completes a replica of the set that a partition moves to. */
  void moved(
      int partition,
      long offered,
      boolean stays,
      Map<Integer, ? extends Collection<Long>> histories,
      Consumer<Boolean> callback) {
    Consumer<Boolean> floorRaised =
        thenHistory(
            partition, tenant -> !(stays && owned.goesOn(partition, tenant)), histories, callback);
    ReplicaRules rules = context.rules();
    if (!rules.raisesFloorAtMove() || (stays && !rules.raisesFloorOfStaying())) {
      floorRaised.accept(true);
      return;
    }
    notes.forgetUpTo(
        partition,
        stays ? Hlc.later(offered, notes.offered(partition)) : offered,
        ReplicaEvent.Window.FLOOR_RAISED_BY_MOVE,
        floorRaised);
  }

  /** Completes a replica that was filled. */
  void filled(
      int partition,
      long offered,
      Map<Integer, ? extends Collection<Long>> histories,
      Consumer<Boolean> callback) {
    Consumer<Boolean> floorRaised = thenHistory(partition, tenant -> true, histories, callback);
    if (!context.rules().raisesFloorWhenFilled()) {
      floorRaised.accept(true);
      return;
    }
    notes.forgetUpTo(partition, offered, ReplicaEvent.Window.FLOOR_RAISED_BY_FILLING, floorRaised);
  }

  private Consumer<Boolean> thenHistory(
      int partition,
      IntPredicate concerned,
      Map<Integer, ? extends Collection<Long>> histories,
      Consumer<Boolean> callback) {
    return ifDone(
        callback, () -> history.broughtTo(partition, concerned, histories, thenSync(callback)));
  }

  private Consumer<Boolean> thenSync(Consumer<Boolean> callback) {
    return ifDone(callback, () -> sync(callback));
  }

  private static Consumer<Boolean> ifDone(Consumer<Boolean> callback, Runnable next) {
    return done -> {
      if (done) {
        next.run();
      } else {
        callback.accept(false);
      }
    };
  }

  /** Syncs all that is durable here, where that is done later. */
  void sync(Consumer<Boolean> callback) {
    context
        .store()
        .sync(
            new RecordStore.PutCallback() {
              @Override
              public void stored() {
                callback.accept(true);
              }

              @Override
              public void failed(StorageFault fault) {
                callback.accept(false);
              }
            });
  }
}
