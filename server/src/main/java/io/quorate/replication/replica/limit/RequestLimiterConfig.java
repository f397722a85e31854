package io.quorate.replication.replica.limit;

/**
 * What other nodes may have under way at the replica of one node.
 *
 * @param requestsMax requests of all of them together
 * @param bytesMax bytes of keys and records in their writes
 */
public record RequestLimiterConfig(int requestsMax, long bytesMax) {
  public static final RequestLimiterConfig DEFAULT = new RequestLimiterConfig(20_000, 256L << 20);
}
