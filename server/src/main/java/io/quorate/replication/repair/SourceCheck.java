package io.quorate.replication.repair;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Filling;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
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
 * dropped: what was not read for long may be damaged there, too, and then what can still be read
 * here is the last copy of it.
 */
final class SourceCheck {
  private static final byte[] FROM_THE_START = {};

  private final Peers.Place place;
  private final Peers peers;
  private final Consumer<Boolean> callback;

  /** By factor, those to be read. */
  private final Deque<Share> shares = new ArrayDeque<>();

  private byte[] after = FROM_THE_START;

  /** The tenants of one factor. */
  private static final class Share {
    final Deque<NodeId> sources;
    final List<Integer> tenants;

    /** Which of the sources must have been read. */
    final Quorum needed;

    final List<NodeId> read = new ArrayList<>();

    /** Of the first source, still to be read. */
    Deque<Integer> left;

    Share(List<NodeId> sources, List<Integer> tenants, Quorum needed) {
      this.sources = new ArrayDeque<>(sources);
      this.tenants = tenants;
      this.needed = needed;
      this.left = new ArrayDeque<>(tenants);
    }

    void turnToNext() {
      sources.remove();
      left = new ArrayDeque<>(tenants);
    }

    boolean isDone() {
      return needed.isReachedBy(read);
    }

    /** Whether those still to be read can be enough. */
    boolean isPossible() {
      List<NodeId> all = new ArrayList<>(read);
      all.addAll(sources);
      return needed.isReachedBy(all);
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
    for (Factor factor : placements.factors(place.partition())) {
      if (placements.replicas(place.partition(), factor).contains(self)) {
        Filling filling = Filling.of(placements.partitions().get(place.partition()), factor, self);
        List<NodeId> live = filling.sources().stream().filter(isLive).toList();
        List<Integer> tenants = new ArrayList<>(placements.tenantsOf(place.partition(), factor));
        shares.add(new Share(live, tenants, filling.majorities()));
      }
    }
  }

  void goOn() {
    Share share = shares.peek();
    while (share != null && share.isDone()) {
      shares.remove();
      share = shares.peek();
    }
    if (share == null) {
      callback.accept(true);
    } else if (!share.isPossible()) {
      callback.accept(false);
    } else {
      read(share);
    }
  }

  private void read(Share share) {
    Integer tenant = share.left.peek();
    if (tenant == null) {
      share.read.add(share.sources.getFirst());
      share.turnToNext();
      goOn();
      return;
    }
    peers.readPage(
        share.sources.getFirst(),
        place,
        new RecordStore.Range(
            place.partition(),
            tenant,
            FROM_THE_START,
            after,
            PartitionFill.PAGE_RECORDS,
            PartitionFill.PAGE_BYTES),
        outcome -> onPage(share, outcome));
  }

  private void onPage(Share share, RangeOutcome outcome) {
    Key reached = outcome instanceof Records page ? page.reached() : null;
    if (reached != null) {
      after = reached.bytes();
    } else {
      after = FROM_THE_START;
      if (outcome instanceof Records) {
        share.left.remove();
      } else {
        share.turnToNext(); // it does not count
      }
    }
    goOn();
  }
}
