package io.quorate.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was durable when a node starts. Entries follow each other and begin right after the
 * snapshot, or at index 1. A cluster is formed by giving its first nodes the same snapshot at index
 * 1 and term 1 with their membership; a node that joins later starts from {@link #EMPTY}.
 */
public record RaftImage(HardState hardState, @Nullable Snapshot snapshot, List<Entry> entries) {
  /** Of a node that never took part. */
  public static final RaftImage EMPTY = new RaftImage(HardState.INITIAL, null, List.of());

  public RaftImage {
    entries = List.copyOf(entries);
  }
}
