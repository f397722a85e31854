package io.quorate.transport;

import java.util.concurrent.TimeUnit;

/**
 * Bounds on messages that have begun to come and are not whole yet.
 *
 * @param connectionBytesMax of one connection
 * @param bytesMax of all clients; as much again of other nodes
 * @param nanosMax until a message of a client has come whole
 * @param nodeNanosMax until one of another node has
 */
record IntakeLimits(long connectionBytesMax, long bytesMax, long nanosMax, long nodeNanosMax) {
  private static final long BYTES_MAX = 64 << 20;

  static IntakeLimits of(RequestLimits limits) {
    // With room for the largest message, whatever fragments cost beside their bytes.
    long one = (long) limits.messageBytesMax() + (limits.messageBytesMax() >> 2);
    return new IntakeLimits(
        one,
        Math.max(BYTES_MAX, 2 * one),
        TimeUnit.SECONDS.toNanos(10),
        TimeUnit.SECONDS.toNanos(60));
  }
}
