package io.quorate.replication.move;

import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.HandOver;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.repair.Peers;
import io.quorate.storage.PagedReading;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Brings all that some tenants have here in a partition and that is not this node's to each replica
 * in charge that is heard, page by page, and at least to a majority. They merge it: mostly they
 * hold it. All under the epoch under which it was swept before: what they purge later they purge
 * under another one.
 *
 * <p>Of what is damaged it brings what can be read: page by page up to the damage, then record by
 * record, then in the same way from the last key back. What lies between two damaged places is left
 * out.
 */
final class HandingOver implements RecordStore.ScanCallback {
  private static final int PAGE_RECORDS = 32;
  private static final int PAGE_BYTES = 64 << 10;
  private static final byte[] NO_KEY = {};

  /** All keys, from the last to the first. */
  private static final KeyRange BACKWARD = new KeyRange(NO_KEY, NO_KEY, NO_KEY, true);

  private final With with;
  private final int partition;
  private final Consumer<Ended> callback;
  private final Placements placements;
  private final PagedReading<Share> shares;
  private final Extent extent;
  private boolean busy;
  private int records;

  /** Of the next page: fewer where a larger one could not be read. */
  private int pageRecords = PAGE_RECORDS;

  private boolean backward;

  /** Answers to the page under way that are still to come. */
  private int awaited;

  /** Replicas that have all of the page under way. */
  private final Set<NodeId> taken = new HashSet<>();

  /**
   * What it works with.
   *
   * @param unreadable told of a partition that the disk does not give back
   */
  record With(
      RecordStore store,
      Peers peers,
      Predicate<NodeId> isLive,
      BackgroundBudget budget,
      BiConsumer<Integer, StorageFault> unreadable) {}

  /** How much is brought. */
  enum Extent {
    /** All of it; it ends at what cannot be read. */
    ALL,
    /** What can be read. */
    READABLE,
    /**
     * What can be read, without what the replicas may have purged since this node was one, for that
     * was not swept before (docs/design/purge.md#f9).
     */
    READABLE_NOT_PURGED
  }

  /**
   * How it came to its end.
   *
   * @param records that were brought
   * @param complete whether that was all, or all that can be read
   */
  record Ended(int records, boolean complete) {}

  /** The records of one tenant. */
  private record Share(Factor factor, int tenant) {}

  HandingOver(
      With with,
      int partition,
      List<Integer> tenants,
      Placements placements,
      Consumer<Ended> callback) {
    this(with, partition, tenants, placements, Extent.ALL, callback);
  }

  HandingOver(
      With with,
      int partition,
      List<Integer> tenants,
      Placements placements,
      Extent extent,
      Consumer<Ended> callback) {
    this.with = with;
    this.extent = extent;
    this.partition = partition;
    this.placements = placements;
    this.callback = callback;
    long promised = placements.purge(partition).promised();
    List<Share> all = new ArrayList<>();
    for (Factor factor : placements.factors(partition)) {
      List<Integer> theirs = new ArrayList<>(placements.tenantsOf(partition, factor));
      theirs.retainAll(Set.copyOf(tenants));
      theirs.removeIf(tenant -> !placements.model(tenant).mayHandOver(promised));
      theirs.forEach(tenant -> all.add(new Share(factor, tenant)));
    }
    this.shares = new PagedReading<>(all);
  }

  /** Goes on, if nothing is under way. */
  void goOn() {
    if (busy) {
      return;
    }
    Share share = shares.tenant();
    if (share == null) {
      callback.accept(new Ended(records, true));
      return;
    }
    HandOver to = HandOver.to(placements.partitions().get(partition), share.factor);
    List<NodeId> live = live(to);
    if (live.size() < to.majority()) {
      callback.accept(new Ended(records, false));
    } else if (live.stream().allMatch(with.budget::isOpen)) {
      busy = true;
      with.store.scan(
          new RecordStore.Range(
              partition,
              share.tenant,
              backward ? BACKWARD : KeyRange.ALL,
              shares.after(),
              pageRecords,
              PAGE_BYTES),
          this);
    }
  }

  private List<NodeId> live(HandOver to) {
    return to.receivers().stream().filter(with.isLive).toList();
  }

  @Override
  public void page(RecordStore.Page page) {
    Share share = Invariant.present(shares.tenant(), "a page of no tenant");
    List<RecordStore.Entry> entries = shared(share, page.entries());
    HandOver to = HandOver.to(placements.partitions().get(partition), share.factor);
    List<NodeId> live = live(to);
    if (entries.isEmpty()) {
      turn(page, true);
      return;
    }
    if (live.size() < to.majority()) { // others may have died while the page was read
      turn(page, false);
      return;
    }
    taken.clear();
    bring(page, share.tenant, entries, live);
  }

  private void bring(
      RecordStore.Page page, int tenant, List<RecordStore.Entry> entries, List<NodeId> replicas) {
    var place = new Peers.Place(partition, placements.epoch(partition));
    awaited = replicas.size();
    for (NodeId replica : replicas) {
      with.budget.took(replica, entries.size());
      with.peers.writeRecords(
          replica,
          place,
          tenant,
          entries,
          outcome -> {
            if (areStored(entries.size(), outcome)) {
              taken.add(replica);
            }
            if (--awaited == 0) {
              onAnswered(page, tenant, entries, replicas);
            }
          });
    }
  }

  /**
   * Replicas that have not taken the page are asked again as long as others have. A node that may
   * ask few at a time, since it has much to do for its clients, would otherwise begin with the same
   * ones each time, and never come to the last. It ends once a round brings the page to no other,
   * and is begun again later.
   */
  private void onAnswered(
      RecordStore.Page page, int tenant, List<RecordStore.Entry> entries, List<NodeId> asked) {
    List<NodeId> lacking = asked.stream().filter(replica -> !taken.contains(replica)).toList();
    if (lacking.isEmpty()) {
      records += entries.size();
      turn(page, true);
    } else if (lacking.size() < asked.size()) {
      bring(page, tenant, entries, lacking);
    } else {
      turn(page, false);
    }
  }

  /** Without what this node alone has promised of registers, and what is not to be brought. */
  private List<RecordStore.Entry> shared(Share share, List<RecordStore.Entry> held) {
    RecordModel model = placements.model(share.tenant);
    List<RecordStore.Entry> entries = new ArrayList<>(held.size());
    for (RecordStore.Entry entry : held) {
      Record counted = model.counted(entry.record(), 0);
      if (counted != null && !isPurged(model, entry.record())) {
        entries.add(new RecordStore.Entry(entry.key(), counted));
      }
    }
    return entries;
  }

  private boolean isPurged(RecordModel model, Record held) {
    return extent == Extent.READABLE_NOT_PURGED
        && model.isLeftover(held, placements.purge(partition).purged());
  }

  /** Each of them: what is not there is about to be deleted here. */
  static boolean areStored(int records, WritesOutcome outcome) {
    return outcome instanceof Merged(List<WriteOutcome> outcomes)
        && outcomes.size() == records
        && outcomes.stream()
            .allMatch(
                each ->
                    each instanceof Stored
                        || each instanceof HoldsNewer
                        || each instanceof PromisedHigher);
  }

  private void turn(RecordStore.Page page, boolean brought) {
    busy = false;
    if (!brought) {
      callback.accept(new Ended(records, false));
    } else {
      if (page.complete()) {
        fromTheFirstKey();
      }
      shares.turn(page);
    }
  }

  private void fromTheFirstKey() {
    pageRecords = PAGE_RECORDS;
    backward = false;
  }

  @Override
  public void failed(StorageFault fault) {
    busy = false;
    if (extent == Extent.ALL || fault.kind() != StorageFault.Kind.CORRUPT) {
      with.unreadable.accept(partition, fault);
      callback.accept(new Ended(records, false));
    } else if (pageRecords > 1) {
      pageRecords = 1;
    } else if (!backward) {
      backward = true;
      pageRecords = PAGE_RECORDS;
      shares.again();
    } else {
      fromTheFirstKey();
      shares.turn((Key) null);
    }
  }
}
