package io.quorate.transport.peer;

import io.quorate.transport.RequestLimits;

/**
 * How a node speaks to the others.
 *
 * @param queueBytesMax what waits for one node at most; beyond, messages to it are dropped
 * @param frameBytesMax largest answer that is read
 * @param connectMillisMax until an attempt to connect is given up, acceptance included
 * @param retryMillisMin pause after the first failed attempt; doubled after each further one
 * @param retryMillisMax longest pause between attempts
 * @param compression whether frames to nodes of other regions are compressed
 */
public record PeerSettings(
    int queueBytesMax,
    int frameBytesMax,
    int connectMillisMax,
    int retryMillisMin,
    int retryMillisMax,
    boolean compression) {
  public static final PeerSettings DEFAULT =
      new PeerSettings(16 << 20, RequestLimits.DEFAULT.messageBytesMax(), 2000, 50, 1000, true);
}
