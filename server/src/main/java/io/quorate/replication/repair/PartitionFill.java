package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.placement.Filling;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One partition while it is filled: page by page from one other replica, then compared with as many
 * as it takes, for the tenants of each factor. All of it under one epoch, at which this replica was
 * known to be filling: a source serves that only when all that it began under lower ones is durable
 * (MODEL-CHECK F5), so what any of them acknowledged together with the lost replica is found.
 */
final class PartitionFill {
  static final int PAGE_RECORDS = 32;
  static final int PAGE_BYTES = 64 << 10;
  private static final byte[] FROM_THE_START = {};

  /** A source that has not read yet what it holds is asked again after this. */
  private static final long TREE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final NodeId self;
  private final Peers.Place place;
  private final Placements placements;
  private final Peers peers;
  private final Trees trees;
  private final Lane lane;
  private final Session.Settings settings;
  private final Listener listener;

  /** Factors whose tenants are still to be compared. */
  private final Deque<Integer> factors = new ArrayDeque<>();

  /** Tenants still to be copied. */
  private final Deque<Copy> copies = new ArrayDeque<>();

  /** With whom the tenants of the first factor have been compared, or not to the end. */
  private final SortedSet<NodeId> compared = new TreeSet<>();

  private final SortedSet<NodeId> tried = new TreeSet<>();

  /** Turned with each attempt, so that another source is asked. */
  private int attempts;

  /** The last key copied of the first tenant; empty before any. */
  private byte[] after = FROM_THE_START;

  private boolean busy;
  private @Nullable Session session;
  private boolean abandoned;
  private boolean begun;

  /** The records of one tenant. */
  private record Copy(int factor, int tenant) {}

  /** Told how it goes. */
  interface Listener {
    /** Whether a node can be asked. */
    boolean isLive(NodeId node);

    void copied(int records, long bytes);

    void compared(Session.Ended ended);

    /** It can go no further now: it is to be tried again after a while. */
    void stuck();

    void full();
  }

  PartitionFill(
      NodeId self,
      Peers.Place place,
      Placements placements,
      Peers peers,
      Trees trees,
      Lane lane,
      Session.Settings settings,
      Listener listener) {
    this.self = self;
    this.place = place;
    this.placements = placements;
    this.peers = peers;
    this.trees = trees;
    this.lane = lane;
    this.settings = settings;
    this.listener = listener;
    this.attempts = place.partition();
    for (int factor : placements.factors()) {
      if (placements.replicas(place.partition(), factor).contains(self)) {
        factors.add(factor);
        placements.tenantsOf(factor).forEach(tenant -> copies.add(new Copy(factor, tenant)));
      }
    }
  }

  Peers.Place place() {
    return place;
  }

  /** What it is told from now on has no effect. */
  void abandon() {
    abandoned = true;
  }

  /** Goes on, if nothing is under way. Called a hundred times a second. */
  void goOn() {
    if (session != null) {
      session.tick();
    }
    if (busy || abandoned) {
      return;
    }
    Integer factor = factors.peek();
    if (factor == null) {
      listener.full();
      return;
    }
    if (!begun) {
      begun = true;
      haveSourcesRead();
    }
    // Read while there is little to read, and kept up to date from then on.
    HashTree own = trees.tree(place.partition(), factor);
    if (own == null) {
      trees.build(List.of(place.partition()));
      return;
    }
    busy = true;
    if (copies.isEmpty()) {
      compare(factor, own);
    } else {
      copy(copies.element());
    }
  }

  /** They know what they hold by the time they are compared with. */
  private void haveSourcesRead() {
    for (int factor : factors) {
      for (NodeId source : filling(factor).sources()) {
        if (listener.isLive(source)) {
          peers.compareTree(source, place, factor, 0, later -> {});
        }
      }
    }
  }

  private void stuck() {
    busy = false;
    attempts++;
    tried.clear();
    listener.stuck();
  }

  private Filling filling(int factor) {
    return Filling.of(placements.partitions().get(place.partition()), factor, self);
  }

  /** The live ones that have not been asked, beginning with another one at each attempt. */
  private List<NodeId> askable(Filling filling) {
    List<NodeId> askable = new ArrayList<>();
    int count = filling.sources().size();
    for (int i = 0; i < count; i++) {
      NodeId source = filling.sources().get((attempts + i) % count);
      if (listener.isLive(source) && !compared.contains(source) && !tried.contains(source)) {
        askable.add(source);
      }
    }
    return askable;
  }

  private void copy(Copy copy) {
    Filling filling = filling(copy.factor);
    if (filling.sources().isEmpty()) {
      // There is nobody left to ask, and an operator has accepted that.
      copies.removeIf(each -> each.factor == copy.factor);
      busy = false;
      return;
    }
    List<NodeId> sources = askable(filling);
    if (sources.isEmpty()) {
      stuck();
      return;
    }
    var range =
        new RecordStore.Range(
            place.partition(), copy.tenant, FROM_THE_START, after, PAGE_RECORDS, PAGE_BYTES);
    NodeId source = sources.getFirst();
    if (settings.budget().isOpen(source)) {
      peers.readPage(source, place, range, outcome -> onPage(source, outcome));
    } else {
      busy = false; // it is asked the next time
    }
  }

  private void onPage(NodeId source, RangeOutcome outcome) {
    if (abandoned) {
      return;
    }
    if (!(outcome instanceof Records page)) {
      stuck();
      return;
    }
    settings.budget().took(source, page.entries().size());
    peers.writeRecords(
        self, place, copies.element().tenant, page.entries(), written -> onWritten(page, written));
  }

  private void onWritten(Records page, WritesOutcome outcome) {
    if (abandoned) {
      return;
    }
    Brought brought = Brought.of(page.entries(), outcome);
    if (brought.records() > 0) {
      listener.copied(brought.records(), brought.bytes());
    }
    if (brought.failure() == null) {
      turnPage(page);
    } else {
      stuck();
    }
  }

  private void turnPage(Records page) {
    if (page.reached() == null) {
      copied();
      return;
    }
    after = page.reached().bytes();
    lane.execute(this::next);
  }

  private void next() {
    busy = false;
    goOn();
  }

  private void copied() {
    copies.remove();
    after = FROM_THE_START;
    busy = false;
    goOn();
  }

  private void compare(int factor, HashTree own) {
    Filling filling = filling(factor);
    if (compared.size() >= filling.needed()) {
      factors.remove();
      compared.clear();
      tried.clear();
      busy = false;
      goOn();
      return;
    }
    List<NodeId> sources = askable(filling);
    if (sources.isEmpty()) {
      stuck();
      return;
    }
    NodeId other = sources.getFirst();
    Session begun =
        new Session(
            self,
            other,
            place,
            factor,
            placements.tenantsOf(factor),
            HashTree.of(own.leaves()),
            peers,
            settings,
            ended -> onCompared(other, ended));
    session = begun;
    begun.start();
  }

  private void onCompared(NodeId other, Session.Ended ended) {
    session = null;
    if (abandoned) {
      return;
    }
    listener.compared(ended);
    if (ended.how() == Session.How.NO_TREE) {
      Lane.Timer unused = lane.schedule(TREE_NANOS, this::next);
      return;
    }
    (ended.complete() ? compared : tried).add(other);
    busy = false;
    goOn();
  }
}
