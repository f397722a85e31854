package io.quorate.client.admin;

/**
 * How far a node is with the partitions of which it does not hold yet what it must.
 *
 * @param partitions that are left
 * @param totalPartitions how many there were
 * @param records that it was brought since it started
 * @param bytes of these
 * @param bytesPerSecond of late
 */
public record Filling(
    int partitions, int totalPartitions, long records, long bytes, long bytesPerSecond) {
  public static final Filling NONE = new Filling(0, 0, 0, 0, 0);
}
