package io.quorate.sim.check;

import io.quorate.model.Key;
import io.quorate.replication.replica.ReplicaListener;
import io.quorate.storage.RecordStore;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Summary;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Replays the changes that a replica reports, from what was on its disk at the start: each change
 * is durable when it is reported and follows the one before it, and at rest the replay equals the
 * disk.
 */
public final class ChangeChecker implements ReplicaListener {
  private final String node;
  private final MemoryDisk disk;

  /** Replayed records by partition; those on disk at the start are read at the first event. */
  private final Map<Integer, Map<Key, Record>> replayed = new TreeMap<>();

  /** Partitions of which it was said that it is not known what lies there. */
  private final Set<Integer> doubted = new TreeSet<>();

  /** Records reported as stored that were not on the disk then: their removal is reported next. */
  private final Set<Key> goneAgain = new TreeSet<>();

  private int events;

  /**
   * @param partitions of the cluster; nothing has been written yet in this life of the node
   */
  public ChangeChecker(String node, MemoryDisk disk, int partitions) {
    this.node = node;
    this.disk = disk;
    for (int partition = 0; partition < partitions; partition++) {
      replayed.put(partition, durable(partition));
    }
  }

  private Map<Key, Record> durable(int partition) {
    Map<Key, Record> durable = new TreeMap<>();
    for (RecordStore.Entry entry : disk.durableRecords(partition)) {
      Record accepted = entry.record().accepted(); // of what is promised it is not told
      if (accepted != null) {
        durable.put(entry.key(), accepted);
      }
    }
    return durable;
  }

  /** How many records were reported as stored or dropped. */
  public int events() {
    return events;
  }

  /** Partitions of which all is known. */
  public int known() {
    return replayed.size() - doubted.size();
  }

  @Override
  public void stored(int partition, Key key, @Nullable RecordHeader before, Record after) {
    events++;
    Record durable = disk.durable(partition, key);
    if (durable == null) {
      goneAgain.add(key);
    } else if (durable.version().compareTo(after.version()) < 0) {
      throw broken(partition, key, "says that %s is durable, and has %s", after, durable);
    }
    if (before != null
        && after.version().compareTo(before.version()) < 0
        && !mayBePurged(before, after)) {
      throw broken(partition, key, "says that %s came after %s", after, before);
    }
    follows(partition, key, before);
    of(partition).put(key, after);
  }

  /** What is deleted under a lock is above all that comes later under none, until it is purged. */
  private static boolean mayBePurged(RecordHeader before, Record after) {
    return before.version().rank() != 0
        && !before.isLiveAt(Long.MAX_VALUE)
        && Long.compareUnsigned(after.version().hlc(), before.version().hlc()) > 0;
  }

  @Override
  public void dropped(int partition, Key key, @Nullable RecordHeader before) {
    events++;
    goneAgain.remove(key);
    follows(partition, key, before);
    of(partition).remove(key);
  }

  private void follows(int partition, Key key, @Nullable RecordHeader before) {
    Record told = of(partition).get(key);
    if (!doubted.contains(partition) && !Objects.equals(summary(told), summary(before))) {
      throw broken(partition, key, "says that it had %s, and told of %s", before, told);
    }
  }

  private static @Nullable Summary summary(@Nullable RecordHeader record) {
    return record == null ? null : record.summary();
  }

  @Override
  public void clearing(int partition, @Nullable Set<Integer> tenants) {}

  @Override
  public void cleared(int partition, @Nullable Set<Integer> tenants) {
    if (tenants == null) {
      of(partition).clear();
      doubted.remove(partition);
      if (!disk.durableRecords(partition).isEmpty()) {
        throw new PromiseBroken("changes", node + " says that partition " + partition + " is gone");
      }
    } else {
      of(partition).keySet().removeIf(key -> tenants.contains(key.tenant()));
    }
  }

  @Override
  public void doubted(int partition) {
    doubted.add(partition);
  }

  private Map<Key, Record> of(int partition) {
    return replayed.computeIfAbsent(partition, first -> new TreeMap<>());
  }

  /** Nothing is under way. */
  public void rests() {
    replayed.forEach(
        (partition, told) -> {
          if (!doubted.contains(partition) && !told.equals(durable(partition))) {
            throw new PromiseBroken(
                "changes",
                "%s told of %s in partition %d, and holds %s"
                    .formatted(node, told, partition, durable(partition)));
          }
        });
    if (!goneAgain.isEmpty()) {
      throw new PromiseBroken(
          "changes", node + " told that these were stored, and lacks them: " + goneAgain);
    }
  }

  private PromiseBroken broken(
      int partition, Key key, String what, @Nullable Object one, @Nullable Object other) {
    return new PromiseBroken(
        "changes",
        "%s, of %s in partition %d: ".formatted(node, key, partition) + what.formatted(one, other));
  }
}
