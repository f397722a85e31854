package io.quorate.replication.repair;

import static io.quorate.version.RecordModel.LAST_WRITE_WINS;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.KeySummary;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.RecordHash;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Two replicas in memory. The node's own one answers at once, the other one when the test says so.
 */
final class TwoReplicas implements Peers {
  private final NodeId own;
  private final RecordModel model;
  private final TreeMap<NodeId, TreeMap<Key, Record>> held = new TreeMap<>();
  private final Map<Key, WriteOutcome> refused = new TreeMap<>();
  private final Map<Key, Summary> claims = new TreeMap<>();
  private final Map<Key, Record> besides = new TreeMap<>();
  private final List<Runnable> waiting = new ArrayList<>();

  TwoReplicas(NodeId own, NodeId other) {
    this(own, other, LAST_WRITE_WINS);
  }

  TwoReplicas(NodeId own, NodeId other, RecordModel model) {
    this.own = own;
    this.model = model;
    held.put(own, new TreeMap<>());
    held.put(other, new TreeMap<>());
  }

  /** From now on neither takes a record of this key, and says so. */
  void refuse(Key key, WriteOutcome saying) {
    refused.put(key, saying);
  }

  /** From now on the other one says that it holds this of a key. */
  void claim(Key key, Summary summary) {
    claims.put(key, summary);
  }

  /** From now on the other one adds this record to every answer. */
  void sendBesides(Key key, Record record) {
    besides.put(key, record);
  }

  private Summary told(NodeId replica, Key key, Record record) {
    Summary held = record.summary();
    return replica.equals(own) ? held : claims.getOrDefault(key, held);
  }

  RecordModel model() {
    return model;
  }

  void hold(NodeId replica, Key key, Record record) {
    heldBy(replica).merge(key, record, model::merge);
  }

  Map<Key, Record> heldBy(NodeId replica) {
    return held.computeIfAbsent(replica, unknown -> new TreeMap<>());
  }

  HashTree treeOf(NodeId replica) {
    HashTree tree = new HashTree();
    heldBy(replica)
        .forEach(
            (key, record) -> {
              long keyHash = RecordHash.ofKey(key);
              tree.replace(keyHash, 0, RecordHash.of(keyHash, record));
            });
    return tree;
  }

  /** Lets one question be answered, if any waits. */
  boolean answerOne(Random random) {
    if (waiting.isEmpty()) {
      return false;
    }
    waiting.remove(random.nextInt(waiting.size())).run();
    return true;
  }

  private void answer(NodeId replica, Runnable answer) {
    if (replica.equals(own)) {
      answer.run();
    } else {
      waiting.add(answer);
    }
  }

  @Override
  public void compareTree(
      NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
    answer(
        replica,
        () -> {
          HashTree tree = treeOf(replica);
          callback.accept(tree.root() == root ? SameTree.INSTANCE : new OtherTree(tree));
        });
  }

  @Override
  public void readVersions(
      NodeId replica,
      Place place,
      int tenant,
      byte[] after,
      int recordsMax,
      BitSet leaves,
      Consumer<VersionsOutcome> callback) {
    answer(
        replica,
        () -> {
          List<Map.Entry<Key, Record>> page =
              heldBy(replica).entrySet().stream()
                  .filter(each -> Arrays.compareUnsigned(each.getKey().bytes(), after) > 0)
                  .limit(recordsMax)
                  .toList();
          List<KeySummary> versions =
              page.stream()
                  .filter(each -> leaves.get(HashTree.leafOf(RecordHash.ofKey(each.getKey()))))
                  .map(
                      each ->
                          new KeySummary(
                              each.getKey(), told(replica, each.getKey(), each.getValue())))
                  .toList();
          callback.accept(
              new Versions(versions, page.size() < recordsMax ? null : page.getLast().getKey()));
        });
  }

  @Override
  public void read(NodeId replica, Place place, Key key, Consumer<ReadOutcome> callback) {
    answer(
        replica,
        () -> {
          Record record = heldBy(replica).get(key);
          callback.accept(record == null ? Same.INSTANCE : new Held(record));
        });
  }

  @Override
  public void readRecords(
      NodeId replica, Place place, List<Key> keys, Consumer<RangeOutcome> callback) {
    answer(
        replica,
        () -> {
          // Not all at once, so that there is a rest.
          int most = Math.min(keys.size(), 1 + keys.size() / 2);
          List<RecordStore.Entry> entries = new ArrayList<>();
          for (Key key : keys.subList(0, most)) {
            Record record = heldBy(replica).get(key);
            if (record != null) {
              entries.add(new RecordStore.Entry(key, record));
            }
          }
          if (!replica.equals(own)) {
            besides.forEach((key, record) -> entries.add(new RecordStore.Entry(key, record)));
          }
          Key reached = most < keys.size() ? keys.get(most - 1) : null;
          callback.accept(new Records(entries, reached));
        });
  }

  @Override
  public void writeRecords(
      NodeId replica,
      Place place,
      int tenant,
      List<RecordStore.Entry> entries,
      Consumer<WritesOutcome> callback) {
    answer(
        replica,
        () -> {
          List<WriteOutcome> outcomes = new ArrayList<>();
          for (RecordStore.Entry entry : entries) {
            WriteOutcome refusal = refused.get(entry.key());
            if (refusal != null) {
              outcomes.add(refusal);
            } else {
              hold(replica, entry.key(), entry.record());
              outcomes.add(Stored.INSTANCE);
            }
          }
          callback.accept(new Merged(outcomes));
        });
  }

  @Override
  public void readRange(
      Place place, int tenant, byte[] after, int recordsMax, Consumer<RangeOutcome> callback) {
    throw new IllegalStateException("a session reads no ranges");
  }

  @Override
  public void settle(Place place, Key key, long sinceEpoch, Consumer<Boolean> callback) {
    throw new IllegalStateException("no register is compared");
  }

  @Override
  public void readPage(
      NodeId replica, Place place, RecordStore.Range range, Consumer<RangeOutcome> callback) {
    throw new IllegalStateException("a session reads versions");
  }

  @Override
  public void readHistory(
      NodeId replica, Place place, int tenant, byte[] from, Consumer<RangeOutcome> callback) {
    throw new IllegalStateException("a session reads no history");
  }
}
