package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.RecordStore;
import io.quorate.storage.memory.MemoryDisk;
import java.util.List;

/**
 * Blocks come back from a disk with a wrong checksum, for a while: the records in them cannot be
 * read. A node must say so, and never take them for absent; it drops what it may, and is refilled.
 *
 * @param everyMillis between two such disks, on average
 * @param lastMillis until the disk is well, on average
 * @param share of a disk's records
 */
record UnreadableRecords(int everyMillis, int lastMillis, double share) implements Fault {
  static Fault draw(SimRandom random) {
    return new UnreadableRecords(
        random.pick(List.of(150, 500, 2_000)),
        random.pick(List.of(100, 1_000, 10_000)),
        random.pick(List.of(0.05, 0.3, 1.0)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach, reach.anyNode()));
  }

  private void strike(Reach reach, SimNode node) {
    MemoryDisk disk = node.disk();
    int unlucky = 0;
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      for (RecordStore.Entry entry : disk.durableRecords(partition)) {
        if (reach.random().chance(share)) {
          node.damage(partition, entry.key());
          unlucky++;
        }
      }
    }
    if (unlucky > 0) {
      reach.struck();
      reach.later(reach.aboutMillis(lastMillis), disk::mend);
    }
  }
}
