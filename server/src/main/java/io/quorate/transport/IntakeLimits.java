package io.quorate.transport;

import java.util.concurrent.TimeUnit;

/**
 * Bounds on messages that have begun to come and are not whole yet.
 *
 * @param connectionBytesMax of one connection
 * @param bytesMax of all clients; and as much for streams between nodes on which no hello was read
 *     yet
 * @param nodeBytesMax of other nodes, once they have said who they are; of one connection, too
 * @param nanosMax until a message of a client has come whole
 * @param nodeNanosMax until one of another node has
 */
record IntakeLimits(
    long connectionBytesMax, long bytesMax, long nodeBytesMax, long nanosMax, long nodeNanosMax) {
  private static final long BYTES_MAX = 64 << 20;

  static IntakeLimits of(RequestLimits limits) {
    // With room for the largest message, whatever fragments cost beside their bytes.
    long one = withFragments(limits.messageBytesMax());
    long clients = Math.max(BYTES_MAX, 2 * one);
    return new IntakeLimits(
        one,
        clients,
        Math.max(clients, withFragments(MessageLimits.NODE_FRAME_BYTES)),
        TimeUnit.SECONDS.toNanos(10),
        TimeUnit.SECONDS.toNanos(60));
  }

  private static long withFragments(long messageBytes) {
    return messageBytes + (messageBytes >> 2);
  }
}
