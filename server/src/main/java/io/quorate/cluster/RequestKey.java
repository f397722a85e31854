package io.quorate.cluster;

/**
 * Names one request of an operator, the same on each of its retries, by whichever node they come:
 * the {@code request_id} of the public API. Its author draws the 128 bits at random, so two
 * requests do not share one.
 *
 * @param high the first 64 bits
 * @param low the others
 */
public record RequestKey(long high, long low) {
  /** Of a request that is not to be told from another one. */
  public static final RequestKey NONE = new RequestKey(0, 0);

  @Override
  public String toString() {
    return equals(NONE) ? "-" : String.format("%016x%016x", high, low);
  }
}
