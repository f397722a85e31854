package io.quorate.sim.cluster;

import io.quorate.model.Key;
import io.quorate.replication.replica.ReplicaListener;
import io.quorate.sim.check.ChangeChecker;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Passes what becomes durable in one life of a node to those that watch its disk. */
final class DiskWatch implements ReplicaListener {
  private final SimNode node;
  private final ChangeChecker changes;
  private final LetGo letGo;
  private final MarkWatch marks;

  DiskWatch(SimNode node, ChangeChecker changes, LetGo letGo, MarkWatch marks) {
    this.node = node;
    this.changes = changes;
    this.letGo = letGo;
    this.marks = marks;
  }

  @Override
  public void stored(int partition, Key key, @Nullable RecordHeader before, Record after) {
    changes.stored(partition, key, before, after);
    marks.stored(node, partition, key, after);
  }

  @Override
  public void dropped(int partition, Key key, @Nullable RecordHeader before) {
    changes.dropped(partition, key, before);
  }

  @Override
  public void clearing(int partition, @Nullable Set<Integer> tenants) {
    letGo.clearing(partition, tenants);
    changes.clearing(partition, tenants);
  }

  @Override
  public void cleared(int partition, @Nullable Set<Integer> tenants) {
    changes.cleared(partition, tenants);
  }

  @Override
  public void notCleared(int partition) {
    changes.notCleared(partition);
  }

  @Override
  public void doubted(int partition) {
    changes.doubted(partition);
  }
}
