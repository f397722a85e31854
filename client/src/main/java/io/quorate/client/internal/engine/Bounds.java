package io.quorate.client.internal.engine;

import io.quorate.proto.v1.RequestBounds;

/**
 * How much the nodes take, as one of them said last. A message that is longer than its node reads
 * ends the stream of all calls, so that no call may make one.
 *
 * @param valueBytes longest value
 * @param messageBytes longest message of a pipe
 */
record Bounds(int valueBytes, int messageBytes) {
  /** Of nodes that say nothing; what a node has by default. */
  static final Bounds DEFAULT = new Bounds(4 << 20, 17 << 20);

  /** Past this a message is long enough, and nothing is won by a longer one. */
  private static final int FRAME_BYTES_MAX = 1 << 20;

  /** What a call has beside key, value and the little that {@link Call#bytes} counts for it. */
  private static final int BESIDES_BYTES = 4 << 10;

  static Bounds of(RequestBounds said) {
    return said.getMaxMessageBytes() <= 0
        ? DEFAULT
        : new Bounds(said.getMaxValueBytes(), said.getMaxMessageBytes());
  }

  /** Bytes of calls, past which the next call goes into another message. */
  int frameBytes() {
    return Math.min(FRAME_BYTES_MAX, messageBytes / 2);
  }

  /** Whether a call alone makes a message that a node reads. What is in it the node judges. */
  boolean allow(Call<?> call) {
    return call.bytes <= messageBytes - BESIDES_BYTES;
  }
}
