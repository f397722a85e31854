package io.quorate.transport;

/**
 * Connections that one node keeps.
 *
 * @param clientsMax connections of clients; calls on more are refused
 * @param unauthenticatedMax connections that no user is known of; with more, some end
 * @param ageMillisMax a connection that is older is asked to end, and its client opens another; 0
 *     for no matter how old
 * @param idleMillisMax time without a call under way after which a connection ends
 */
public record ConnectionLimits(
    int clientsMax, int unauthenticatedMax, long ageMillisMax, long idleMillisMax) {
  public static final ConnectionLimits DEFAULT = new ConnectionLimits(10_000, 100, 0, 300_000);

  /**
   * Connections on which no call was made yet, and those of other nodes, have their place beside
   * the clients': but nobody's number is without bound.
   */
  private static final int OTHERS_MAX = 1_000;

  /** Of all places, the part that one address may have, and that is kept for other nodes. */
  private static final int PART = 16;

  /** Until the first call on a connection. */
  static final long SILENT_MILLIS_MAX = 10_000;

  int acceptedMax() {
    return clientsMax + OTHERS_MAX;
  }

  /** Connections from one address: without a call, and in all once half of the places are taken. */
  int ofAddressMax() {
    return acceptedMax() / PART;
  }

  /**
   * Connections from one /64 of IPv6: without a call, and in all once three quarters of the places
   * are taken. All clients may be in one, so the last quarter alone is kept for others.
   */
  int ofNetworkMax() {
    return Network.ADDRESSES_PER_64 * ofAddressMax();
  }

  /** Beyond, only other nodes are accepted. */
  int ofStrangersMax() {
    return acceptedMax() - acceptedMax() / PART;
  }
}
