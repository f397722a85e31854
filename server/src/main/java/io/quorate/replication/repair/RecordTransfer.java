package io.quorate.replication.repair;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.version.Order;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings records of one tenant from one of two replicas to the other, some together: what a record
 * costs on its way is mostly what a message, a look at the disk and an answer cost.
 */
final class RecordTransfer {
  /**
   * So many are brought together at most: a lane that merges them does nothing else meanwhile, and
   * with 64 clients noticed.
   */
  private static final int TOGETHER = 16;

  private final NodeId from;
  private final NodeId to;

  /** The one of the two that is not this node. */
  private final NodeId other;

  private final Peers.Place place;
  private final Peers peers;
  private final Session.Settings settings;
  private final Listener listener;

  /** Records that are still to be brought. */
  private final Deque<Due> due = new ArrayDeque<>();

  /** Records that are being read or written. */
  private int underWay;

  private int records;
  private int skipped;
  private int promised;
  private long bytes;
  private boolean beginning;

  /**
   * A record that is to be brought.
   *
   * @param told what the replica said that it holds
   */
  private record Due(Key key, Summary told) {}

  /** Told how it goes. */
  interface Listener {
    /** Some could not be brought. */
    void failed(String why);

    /** Some came to their end. */
    void wentOn();
  }

  RecordTransfer(
      NodeId from,
      NodeId to,
      NodeId other,
      Peers.Place place,
      Peers peers,
      Session.Settings settings,
      Listener listener) {
    this.from = from;
    this.to = to;
    this.other = other;
    this.place = place;
    this.peers = peers;
    this.settings = settings;
    this.listener = listener;
  }

  /** All that are due at the same time are of one tenant. */
  void add(Key key, Summary told) {
    due.add(new Due(key, told));
  }

  boolean isDone() {
    return due.isEmpty() && underWay == 0;
  }

  /** Records that were brought so far. */
  int records() {
    return records;
  }

  /** Of these, newer ones were held already. */
  int skipped() {
    return skipped;
  }

  /** Of these, registers that were not taken, since a higher ballot was promised. */
  int promised() {
    return promised;
  }

  /** Bytes of all. */
  long bytes() {
    return bytes;
  }

  /** Brings nothing more; what is under way goes on. */
  void stop() {
    due.clear();
  }

  /** Begins what may be under way at a time. */
  void goOn() {
    if (beginning) {
      return; // an answer came at once
    }
    beginning = true;
    while (!due.isEmpty()
        && underWay < settings.config().bringsMax()
        && settings.pace().isOpen()
        && settings.budget().isOpen(other)) {
      begin();
    }
    beginning = false;
  }

  private void begin() {
    List<Due> asked = new ArrayList<>(TOGETHER);
    int room = Math.min(TOGETHER, settings.config().bringsMax() - underWay);
    while (asked.size() < room && !due.isEmpty()) {
      asked.add(due.remove());
    }
    underWay += asked.size();
    settings.budget().took(other, asked.size());
    List<Key> keys = asked.stream().map(Due::key).toList();
    peers.readRecords(from, place, keys, outcome -> onRecords(asked, keys, outcome));
  }

  private void onRecords(List<Due> asked, List<Key> keys, RangeOutcome outcome) {
    if (!(outcome instanceof Records page)) {
      ended(
          keys.size(), outcome instanceof Refused(String why) ? why : "the partition has changed");
      return;
    }
    int looked = looked(keys, page);
    Map<Key, Summary> told = asked.stream().collect(Collectors.toMap(Due::key, Due::told));
    if (page.entries().size() > looked || !areOf(told, page.entries())) {
      ended(keys.size(), "records came that were not asked for"); // and would be counted as others
      return;
    }
    for (int i = keys.size() - 1; i >= looked; i--) {
      due.addFirst(asked.get(i));
    }
    underWay -= keys.size() - looked;
    List<Entry> entries = page.entries();
    if (entries.size() < looked) {
      listener.failed("a record has gone");
      underWay -= looked - entries.size();
    }
    if (isOlderThanTold(told, entries)) {
      listener.failed("a record is older than the replica that holds it said");
    }
    if (entries.isEmpty()) {
      listener.wentOn();
    } else {
      int tenant = keys.getFirst().tenant();
      peers.writeRecords(to, place, tenant, entries, written -> onWritten(entries, written));
    }
  }

  private static boolean areOf(Map<Key, Summary> asked, List<Entry> entries) {
    return entries.stream().allMatch(entry -> asked.containsKey(entry.key()));
  }

  /**
   * Then nothing is known of what that replica lacks. Records of one replica do not grow older: it
   * has lost some, or it does not tell the truth.
   */
  private boolean isOlderThanTold(Map<Key, Summary> told, List<Entry> entries) {
    return entries.stream().anyMatch(entry -> isOlder(entry, told.get(entry.key())));
  }

  private boolean isOlder(Entry entry, @Nullable Summary told) {
    RecordModel model = settings.model(entry.key());
    return told != null && model.compare(entry.record().summary(), told) == Order.BEHIND;
  }

  /** How many of the keys a page tells of: all, if not up to which. */
  private static int looked(List<Key> keys, Records page) {
    Key reached = page.reached();
    int last = reached == null ? -1 : keys.indexOf(reached);
    return last < 0 ? keys.size() : last + 1;
  }

  private void onWritten(List<Entry> entries, WritesOutcome outcome) {
    TransferOutcome brought = TransferOutcome.of(entries, outcome);
    records += brought.records();
    skipped += brought.skipped();
    promised += brought.promised();
    bytes += brought.bytes();
    settings.pace().took(brought.bytes());
    ended(entries.size(), brought.failure());
  }

  private void ended(int count, @Nullable String failure) {
    underWay -= count;
    if (failure != null) {
      listener.failed(failure);
    }
    listener.wentOn();
  }
}
