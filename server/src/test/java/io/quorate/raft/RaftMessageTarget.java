package io.quorate.raft;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.SplittableRandom;

/** The bytes of Raft's messages. */
public final class RaftMessageTarget {
  private static final NodeId A = new NodeId(-3);
  private static final NodeId B = new NodeId(7);

  private RaftMessageTarget() {}

  public static FuzzTarget create() {
    return new DecoderTarget<>(
        "raft-message",
        RaftMessageTarget::sample,
        RaftMessageCodec::decode,
        RaftMessageCodec::encode,
        List.of(MalformedBytesException.class));
  }

  private static byte[] sample(SplittableRandom random) {
    WildMessages messages = new WildMessages(random, List.of(A, B), false);
    return RaftMessageCodec.encode(messages.madeUp(A, B, 7, 100));
  }
}
