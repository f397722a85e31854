package io.quorate.transport.peer;

import io.quorate.transport.RequestLimits;

/**
 * How a node speaks to the others.
 *
 * @param queueBytesMax what waits for one node at most; beyond, messages to it are dropped
 * @param frameBytesMax largest answer that is read
 * @param connectMillisMax until an attempt to connect is given up
 * @param acceptMillisMax until a stream is given up that was not accepted, connecting included:
 *     with TLS, that takes three round trips
 * @param introduceMillisMax until an introduction is given up: a newcomer is handed the state of
 *     the cluster in its answer, over a connection that has just begun
 * @param retryMillisMin pause after the first failed attempt; doubled after each further one
 * @param retryMillisMax longest pause between attempts
 * @param compression whether frames to nodes of other regions are compressed
 */
public record PeerSettings(
    int queueBytesMax,
    int frameBytesMax,
    int connectMillisMax,
    int acceptMillisMax,
    int introduceMillisMax,
    int retryMillisMin,
    int retryMillisMax,
    boolean compression) {
  public static final PeerSettings DEFAULT =
      new PeerSettings(
          16 << 20, RequestLimits.DEFAULT.messageBytesMax(), 2_000, 5_000, 10_000, 50, 1_000, true);
}
