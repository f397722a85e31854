package io.quorate.sim.kernel;

import java.util.List;

/** How the messages of one protocol become the bytes of a frame and messages again. */
public interface SimCodec<M> {
  byte[] encode(List<M> messages);

  List<M> decode(byte[] frame);

  /** A message in a few words, for people. */
  default String text(M message) {
    return message.toString();
  }

  /** Whether the network may carry a message twice though it was sent once. */
  default boolean mayDouble(M message) {
    return true;
  }
}
