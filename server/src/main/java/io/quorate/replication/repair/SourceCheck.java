package io.quorate.replication.repair;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Filling;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.storage.RecordStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads all that a majority of the other replicas holds of a partition, before what is held here is
 * dropped: what nobody has read for long may be damaged there, too, and then what can still be read
 * here is the last copy of it.
 */
final class SourceCheck {
  private static final byte[] FROM_THE_START = {};

  private final Peers.Place place;
  private final Peers peers;
  private final Consumer<Boolean> callback;

  /** By factor, those to be read. */
  private final Deque<Factor> factors = new ArrayDeque<>();

  private byte[] after = FROM_THE_START;

  /** The tenants of one factor. */
  private static final class Factor {
    final Deque<NodeId> sources;
    final List<Integer> tenants;
    int missing;

    /** Of the first source, still to be read. */
    Deque<Integer> left;

    Factor(List<NodeId> sources, List<Integer> tenants, int missing) {
      this.sources = new ArrayDeque<>(sources);
      this.tenants = tenants;
      this.missing = missing;
      this.left = new ArrayDeque<>(tenants);
    }

    void turnToNext() {
      sources.remove();
      left = new ArrayDeque<>(tenants);
    }
  }

  SourceCheck(
      NodeId self,
      Peers.Place place,
      Placements placements,
      Peers peers,
      Predicate<NodeId> isLive,
      Consumer<Boolean> callback) {
    this.place = place;
    this.peers = peers;
    this.callback = callback;
    for (int factor : placements.factors()) {
      if (placements.replicas(place.partition(), factor).contains(self)) {
        Filling filling = Filling.of(placements.partitions().get(place.partition()), factor, self);
        List<NodeId> live = filling.sources().stream().filter(isLive).toList();
        List<Integer> tenants = new ArrayList<>(placements.tenantsOf(factor));
        factors.add(new Factor(live, tenants, filling.majority()));
      }
    }
  }

  void goOn() {
    Factor factor = factors.peek();
    while (factor != null && factor.missing == 0) {
      factors.remove();
      factor = factors.peek();
    }
    if (factor == null) {
      callback.accept(true);
    } else if (factor.sources.size() < factor.missing) {
      callback.accept(false);
    } else {
      read(factor);
    }
  }

  private void read(Factor factor) {
    Integer tenant = factor.left.peek();
    if (tenant == null) {
      factor.missing--;
      factor.turnToNext();
      goOn();
      return;
    }
    peers.readPage(
        factor.sources.getFirst(),
        place,
        new RecordStore.Range(
            place.partition(),
            tenant,
            FROM_THE_START,
            after,
            PartitionFill.PAGE_RECORDS,
            PartitionFill.PAGE_BYTES),
        outcome -> onPage(factor, outcome));
  }

  private void onPage(Factor factor, RangeOutcome outcome) {
    Key reached = outcome instanceof Records page ? page.reached() : null;
    if (reached != null) {
      after = reached.bytes();
    } else {
      after = FROM_THE_START;
      if (outcome instanceof Records) {
        factor.left.remove();
      } else {
        factor.turnToNext(); // it does not count
      }
    }
    goOn();
  }
}
