package io.quorate.storage;

import java.util.Map;

/**
 * The hash trees that a node leaves to its next start when it stops in order, so that this need not
 * read all records to know what they hash to. What they mean is their owner's affair, and whether
 * they still fit: nothing here goes when records change.
 */
public interface TreeStore {
  /**
   * What was left last, by partition; maybe several starts ago. Blocks: for start-up only. Trees
   * that cannot be read, or might hide records that cannot, are not there.
   */
  Map<Integer, byte[]> load();

  /**
   * Leaves trees in place of those that were left before, as the last thing that this lane hands
   * in: they are durable only after all that it has handed in before, and whatever it hands in
   * later is refused as {@link StorageFault.Kind#CLOSED}. So what is left stays true.
   */
  void leave(Map<Integer, byte[]> trees);
}
