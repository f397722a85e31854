package io.quorate.purge;

import io.quorate.placement.ReplicationFactor;
import java.util.List;

/**
 * What one node says of the partitions of which it is a replica.
 *
 * @param purgeable those in which a purge would find something to take away
 * @param holdings what it holds where a round is open
 */
public record PurgeReport(List<Integer> purgeable, List<Holding> holdings) {
  public PurgeReport {
    purgeable = List.copyOf(purgeable);
    holdings = List.copyOf(holdings);
  }

  /**
   * What a node held, at some moment, of one partition up to the promised mark, for the tenants of
   * one replication factor. Records newer than the mark are left out.
   *
   * @param epoch of the promise, served by the node at that moment: nothing it had begun under an
   *     earlier one was under way any more
   * @param groups a hash of each group of keys; always as many
   */
  public record Holding(int partition, long epoch, ReplicationFactor factor, List<Long> groups) {
    /** Groups that are compared one by one, so that writes to one do not unsettle the others. */
    public static final int GROUPS = 32;

    /** For tenants whose replicas may be on any nodes. */
    public Holding(int partition, long epoch, int factor, List<Long> groups) {
      this(partition, epoch, ReplicationFactor.of(factor), groups);
    }

    public Holding {
      groups = List.copyOf(groups);
      if (groups.size() != GROUPS) {
        throw new IllegalArgumentException("a report of " + groups.size() + " groups");
      }
    }
  }
}
