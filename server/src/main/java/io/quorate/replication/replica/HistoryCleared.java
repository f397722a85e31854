package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.history.History;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells the history what was taken away whole, and with it what was kept there. */
record HistoryCleared(History history) implements ReplicaListener {
  @Override
  public void cleared(int partition, @Nullable Set<Integer> tenants) {
    history.cleared(partition, tenants);
  }

  @Override
  public void stored(int partition, Key key, @Nullable RecordHeader before, Record after) {}

  @Override
  public void dropped(int partition, Key key, @Nullable RecordHeader before) {}

  @Override
  public void clearing(int partition, @Nullable Set<Integer> tenants) {}

  @Override
  public void doubted(int partition) {}
}
