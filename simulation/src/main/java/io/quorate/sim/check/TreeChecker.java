package io.quorate.sim.check;

import io.quorate.placement.Factor;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.RecordHash;
import io.quorate.replication.tree.Trees;
import io.quorate.storage.RecordStore;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.Record;

/** At rest a hash tree that a node keeps is that of what is on its disk. */
public final class TreeChecker {
  private TreeChecker() {}

  public static void rests(String node, Trees trees, MemoryDisk disk, Placements placements) {
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      for (Tenant tenant : placements.tenants().values()) {
        Factor factor = placements.factor(partition, tenant);
        HashTree kept = trees.tree(partition, factor);
        if (kept != null && !kept.equals(of(disk, partition, factor, placements))) {
          throw new PromiseBroken(
              "trees",
              "%s keeps a hash tree of partition %d, factor %s, that is not that of its disk"
                  .formatted(node, partition, factor));
        }
      }
    }
  }

  private static HashTree of(MemoryDisk disk, int partition, Factor factor, Placements placements) {
    HashTree tree = new HashTree();
    for (RecordStore.Entry entry : disk.durableRecords(partition)) {
      boolean counts =
          placements.tenants().values().stream()
              .anyMatch(
                  tenant ->
                      tenant.id() == entry.key().tenant()
                          && placements.factor(partition, tenant).equals(factor));
      Record counted =
          placements
              .model(entry.key().tenant())
              .counted(entry.record(), placements.purge(partition).purged());
      if (counts && counted != null) {
        long keyHash = RecordHash.ofKey(entry.key());
        tree.replace(keyHash, 0, RecordHash.of(keyHash, counted));
      }
    }
    return tree;
  }
}
