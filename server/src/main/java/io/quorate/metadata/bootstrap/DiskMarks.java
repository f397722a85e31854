package io.quorate.metadata.bootstrap;

/**
 * Marks by which nodes see that the disk of one of them was set back: replaced by an earlier copy
 * of itself, or one that lost what it had called durable. A node without what it confirmed would
 * break promises in silence: writes at a quorum, votes, decisions about one key.
 *
 * <p>A node makes a mark durable and then tells it with its heartbeats; each is higher than the one
 * before. The others remember the highest that they heard. So a disk whose mark is lower than that
 * lacks something, and one that has a mark has all that was durable before it. What became durable
 * after the last mark is not covered: that is the time between two.
 *
 * <p>Others remember in memory only. Where all nodes were set back together, as by snapshots of all
 * machines, all start without an objection.
 *
 * @param own of this node's disk
 * @param heard of the others'
 */
public record DiskMarks(OwnDiskMark own, HeardDiskMarks heard) {
  /** Of a node that tells none: its release does not know marks. */
  public static final long NOT_TOLD = 0;
}
