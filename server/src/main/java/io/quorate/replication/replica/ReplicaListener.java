package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Told of each change of what lies on the disk of one node's replica, whatever caused it: a write
 * of a client, a hint, a repair, a copy, or a record that need not be kept. The events of one life
 * of a node, applied in their order to what lay on its disk at the start, give what the disk holds,
 * except in partitions that are {@link #doubted}.
 *
 * <ul>
 *   <li>All methods are called on the lane of the replica, once the change is durable, and before
 *       the write that caused it is answered. A write that waits for its sync is not told.
 *   <li>The events of a partition come in the order in which its writes were handed to the store.
 *       Under one key each record that is stored has all that the one before it had: its version is
 *       higher, or it is a merge of the two.
 *   <li>Records are as they lie on the disk, also those that a purge has taken: what of a record
 *       counts is for its model to say.
 *   <li>A method must not throw: that would end the node. It must not block or wait for the disk,
 *       for it runs within each write. It must not write to the replica before it has returned.
 *   <li>Nothing is kept for a listener. At a start nothing is told of what lies on the disk, and a
 *       write that was under way in a crash may lie there and is never told: a listener that needs
 *       more than what changes from now on reads the partition, and takes of a key that changed
 *       meanwhile what it was told.
 *   <li>A tenant's records are told whether or not the node knows the tenant.
 * </ul>
 */
public interface ReplicaListener {
  /**
   * A record is durable under a key.
   *
   * @param before what it replaced: the record of the last event of this key, or what lay there at
   *     the start; null for nothing. Its header alone, if the value did not have to be read
   */
  void stored(int partition, Key key, @Nullable RecordHeader before, Record after);

  /**
   * The record of a key is gone from the disk, since it need not be kept: all replicas have purged
   * it, or it is left from a time when this node was a replica of it. Nothing lies there now.
   *
   * @param before what lay there, as for {@link #stored}
   */
  void dropped(int partition, Key key, @Nullable RecordHeader before);

  /**
   * Begins to take away all that lies in a partition, or all that some tenants have there: the
   * partition has left this node, or is damaged and is to be refilled. From now on it is not known
   * what lies there, until {@link #cleared}, or {@link #doubted} if that failed. Nothing is stored
   * meanwhile of what is being taken away.
   *
   * @param tenants of which all goes; null for all that lies in the partition
   */
  void clearing(int partition, @Nullable Set<Integer> tenants);

  /** All of that is gone: nothing lies there any more, readable or not. */
  void cleared(int partition, @Nullable Set<Integer> tenants);

  /** That failed: it is not known how much of it is left, see {@link #doubted}. */
  default void notCleared(int partition) {
    doubted(partition);
  }

  /**
   * It is not known any more what lies in a partition: a write failed, which may have reached the
   * disk or not, or something was found that cannot be read. Events go on, each with what this
   * replica takes for the record before; what a listener has derived from those up to now may be
   * wrong, until it has read the partition again, or it is {@link #cleared}.
   */
  void doubted(int partition);
}
