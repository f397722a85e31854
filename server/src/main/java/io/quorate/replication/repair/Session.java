package io.quorate.replication.repair;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.KeyVersion;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares one partition, for the tenants of one factor, with one other replica: first the roots,
 * then the leaves, then page by page the versions of the keys in leaves that differ. Of each key
 * the newer record goes to whoever lacks it, one way or the other.
 */
final class Session {
  private final NodeId self;
  private final NodeId other;
  private final Peers.Place place;
  private final int factor;
  private final Deque<Integer> tenants;
  private final HashTree own;
  private final Peers peers;
  private final RepairConfig config;
  private final Consumer<Ended> callback;

  private BitSet leaves = new BitSet();
  private byte[] after = {};

  // The page under way.
  private @Nullable Versions ownPage;
  private @Nullable Versions otherPage;
  private @Nullable Key limit;
  private final Deque<Difference> differences = new ArrayDeque<>();
  private int underWay;

  private int brought;
  private int fetched;
  private long bytes;
  private boolean failed;
  private boolean ended;

  /**
   * What came of a session.
   *
   * @param complete whether everything that differed was brought to whoever lacked it
   * @param brought records sent to the other replica
   * @param fetched records got from it
   * @param bytes of these
   */
  record Ended(boolean complete, int brought, int fetched, long bytes) {}

  /** A key of which one of the two lacks the newest record. */
  private record Difference(Key key, boolean ownIsNewer) {}

  /**
   * @param own this node's tree
   * @param tenants whose records are compared, by id
   */
  Session(
      NodeId self,
      NodeId other,
      Peers.Place place,
      int factor,
      List<Integer> tenants,
      HashTree own,
      Peers peers,
      RepairConfig config,
      Consumer<Ended> callback) {
    this.self = self;
    this.other = other;
    this.place = place;
    this.factor = factor;
    this.tenants = new ArrayDeque<>(tenants);
    this.own = own;
    this.peers = peers;
    this.config = config;
    this.callback = callback;
  }

  void start() {
    peers.compareTree(other, place, factor, own.root(), this::onTree);
  }

  private void onTree(TreeOutcome outcome) {
    switch (outcome) {
      case SameTree same -> end(true);
      case OtherTree(HashTree tree) -> {
        leaves = own.differingFrom(tree);
        readOn();
      }
      default -> end(false);
    }
  }

  private void readOn() {
    Integer tenant = tenants.peek();
    if (tenant == null) {
      end(!failed);
      return;
    }
    ownPage = null;
    otherPage = null;
    read(self, tenant, page -> ownPage = page);
    read(other, tenant, page -> otherPage = page);
  }

  private void read(NodeId replica, int tenant, Consumer<Versions> into) {
    peers.readVersions(
        replica,
        place,
        tenant,
        after,
        config.pageRecords(),
        leaves,
        outcome -> onVersions(outcome, into));
  }

  private void onVersions(VersionsOutcome outcome, Consumer<Versions> into) {
    if (ended) {
      return;
    }
    if (!(outcome instanceof Versions page)) {
      end(false);
      return;
    }
    into.accept(page);
    if (ownPage != null && otherPage != null) {
      compare(ownPage, otherPage);
    }
  }

  private void compare(Versions mine, Versions theirs) {
    limit = earlier(mine.reached(), theirs.reached());
    NavigableMap<Key, Version> held = byKey(mine);
    NavigableMap<Key, Version> there = byKey(theirs);
    held.forEach(
        (key, version) -> {
          Version others = there.remove(key);
          if (others == null || version.isAfter(others)) {
            differences.add(new Difference(key, true));
          } else if (others.isAfter(version)) {
            differences.add(new Difference(key, false));
          }
        });
    there.keySet().forEach(key -> differences.add(new Difference(key, false)));
    settle();
  }

  /** The earlier of two keys; null is the end of everything. */
  private static @Nullable Key earlier(@Nullable Key one, @Nullable Key two) {
    if (one == null || two == null) {
      return one == null ? two : one;
    }
    return one.compareTo(two) <= 0 ? one : two;
  }

  /** What a page says of the keys that both pages looked at. */
  private NavigableMap<Key, Version> byKey(Versions page) {
    NavigableMap<Key, Version> versions = new TreeMap<>();
    for (KeyVersion each : page.held()) {
      if (limit == null || each.key().compareTo(limit) <= 0) {
        versions.put(each.key(), each.version());
      }
    }
    return versions;
  }

  private void settle() {
    while (underWay < config.bringsMax() && !differences.isEmpty() && !ended) {
      underWay++;
      Difference next = differences.remove();
      NodeId from = next.ownIsNewer ? self : other;
      peers.read(from, place, next.key, outcome -> onRecord(next, outcome));
    }
    if (underWay == 0 && differences.isEmpty() && !ended) {
      turnPage();
    }
  }

  private void turnPage() {
    if (limit == null) {
      tenants.remove();
      after = new byte[0];
    } else {
      after = limit.bytes();
    }
    readOn();
  }

  private void onRecord(Difference difference, ReadOutcome outcome) {
    if (outcome instanceof Held(Record record)) {
      NodeId to = difference.ownIsNewer ? other : self;
      peers.write(
          to, place, difference.key, record, stored -> onStored(difference, record, stored));
    } else {
      failed = true; // it was there a moment ago
      done();
    }
  }

  private void onStored(Difference difference, Record record, WriteOutcome outcome) {
    if (outcome instanceof Stored || outcome instanceof HoldsNewer) {
      brought += difference.ownIsNewer ? 1 : 0;
      fetched += difference.ownIsNewer ? 0 : 1;
      bytes += record.bytes().length;
    } else {
      failed = true;
    }
    done();
  }

  private void done() {
    underWay--;
    settle();
  }

  private void end(boolean complete) {
    if (!ended) {
      ended = true;
      callback.accept(new Ended(complete, brought, fetched, bytes));
    }
  }
}
