package io.quorate.client.admin;

/**
 * What becomes of what is deleted on a node.
 *
 * @param tombstones records that are deleted or will expire, as far as is known
 * @param due partitions in which some of these may be taken away by now
 * @param open partitions in which a purge round is open
 * @param overdueMillis for how long the record that has waited longest could have been taken away
 * @param purgedAgeMillis how old deletions are that stay in the partition that was purged last; 0
 *     if none ever was
 */
public record Purging(
    long tombstones, int due, int open, long overdueMillis, long purgedAgeMillis) {
  public static final Purging NOTHING = new Purging(0, 0, 0, 0, 0);
}
