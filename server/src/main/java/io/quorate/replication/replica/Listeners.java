package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All listeners that are told of changes, each after the one before it. */
final class Listeners implements ReplicaListener {
  /** Walked by index: each write comes here, and an iterator would be garbage. */
  private final ReplicaListener[] all;

  /**
   * @param first told before the others
   */
  Listeners(ReplicaListener first, List<ReplicaListener> others) {
    all = new ReplicaListener[1 + others.size()];
    all[0] = first;
    for (int i = 0; i < others.size(); i++) {
      all[i + 1] = others.get(i);
    }
  }

  @Override
  public void stored(int partition, Key key, @Nullable RecordHeader before, Record after) {
    for (ReplicaListener each : all) {
      each.stored(partition, key, before, after);
    }
  }

  @Override
  public void dropped(int partition, Key key, @Nullable RecordHeader before) {
    for (ReplicaListener each : all) {
      each.dropped(partition, key, before);
    }
  }

  @Override
  public void clearing(int partition, @Nullable Set<Integer> tenants) {
    for (ReplicaListener each : all) {
      each.clearing(partition, tenants);
    }
  }

  @Override
  public void cleared(int partition, @Nullable Set<Integer> tenants) {
    for (ReplicaListener each : all) {
      each.cleared(partition, tenants);
    }
  }

  @Override
  public void notCleared(int partition) {
    for (ReplicaListener each : all) {
      each.notCleared(partition);
    }
  }

  @Override
  public void doubted(int partition) {
    for (ReplicaListener each : all) {
      each.doubted(partition);
    }
  }
}
