package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.placement.Tenant;
import io.quorate.sim.check.RestoreChecker;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.Register;

/** Looks under which ids a tenant is, and its values are. */
record OnDisks(SimCluster cluster, String tenant) implements RestoreChecker.Ids {
  @Override
  public int newest() {
    Tenant newest = RestoreScene.newest(cluster, tenant);
    return newest == null ? 0 : newest.id();
  }

  @Override
  public int holding(String key, String value) {
    for (SimNode node : cluster.nodes()) {
      for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
        for (RecordStore.Entry entry : node.disk().durableRecords(partition)) {
          if (new String(entry.key().bytes(), UTF_8).equals(key)
              && value.equals(valueOf(entry.record()))) {
            return entry.key().tenant();
          }
        }
      }
    }
    return 0;
  }

  private static String valueOf(Record record) {
    Record shown = record.isOfRegister() ? Register.shown(record) : record.unmarked();
    return shown == null || shown.isTombstone() ? "" : new String(shown.copyValue(), UTF_8);
  }
}
