package io.quorate.storage;

import java.util.Map;

/**
 * Under which epoch this node last made sure that it keeps nothing of a partition from a time
 * before, by partition: so that a restart does not do it again, and take away what came since.
 */
public interface ArrivalStore {
  /** What is durable. Blocks: for start-up only. What cannot be read is not there. */
  Map<Integer, Long> load();

  /** Remembers an epoch of a partition, in place of any other. */
  void save(int partition, long epoch, RecordStore.PutCallback durable);
}
