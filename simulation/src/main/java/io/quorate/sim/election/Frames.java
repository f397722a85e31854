package io.quorate.sim.election;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.raft.RaftMessage;
import io.quorate.raft.RaftMessageCodec;
import io.quorate.sim.kernel.SimCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Messages one after the other, each behind its length. */
abstract class Frames<M> implements SimCodec<M> {
  static final Frames<RaftMessage> RAFT =
      new Frames<>() {
        @Override
        byte[] bytes(RaftMessage message) {
          return RaftMessageCodec.encode(message);
        }

        @Override
        RaftMessage message(byte[] bytes) {
          return RaftMessageCodec.decode(bytes);
        }
      };

  static final Frames<ElectionMessage> MODEL =
      new Frames<>() {
        @Override
        byte[] bytes(ElectionMessage message) {
          byte[] kind = message.kind().name().getBytes(US_ASCII);
          return ByteBuffer.allocate(2 * Long.BYTES + kind.length)
              .putLong(message.slot())
              .putLong(message.decision())
              .put(kind)
              .array();
        }

        @Override
        ElectionMessage message(byte[] bytes) {
          ByteBuffer in = ByteBuffer.wrap(bytes);
          long slot = in.getLong();
          long decision = in.getLong();
          String kind = US_ASCII.decode(in).toString();
          return new ElectionMessage(ElectionMessage.Kind.valueOf(kind), slot, decision);
        }
      };

  abstract byte[] bytes(M message);

  abstract M message(byte[] bytes);

  @Override
  public byte[] encode(List<M> messages) {
    List<byte[]> each = messages.stream().map(this::bytes).toList();
    ByteBuffer frame =
        ByteBuffer.allocate(each.stream().mapToInt(bytes -> Integer.BYTES + bytes.length).sum());
    each.forEach(bytes -> frame.putInt(bytes.length).put(bytes));
    return frame.array();
  }

  @Override
  public List<M> decode(byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame);
    List<M> messages = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] bytes = new byte[in.getInt()];
      in.get(bytes);
      messages.add(message(bytes));
    }
    return messages;
  }
}
