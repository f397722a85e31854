package io.quorate.sim.program;

import io.quorate.replication.message.ReplicaMessage;
import io.quorate.sim.kernel.SimCodec;
import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.PeerCodec;
import java.util.ArrayList;
import java.util.List;

/** The metadata group's messages in the frames of the real wire. */
final class RaftFrames implements SimCodec<byte[]> {
  @Override
  public byte[] encode(List<byte[]> messages) {
    WireWriter frame = new WireWriter();
    messages.forEach(message -> PeerCodec.addRaft(frame, message));
    return frame.toByteArray();
  }

  @Override
  public String text(byte[] message) {
    return Words.ofMetadata(message);
  }

  @Override
  public List<byte[]> decode(byte[] frame) {
    List<byte[]> messages = new ArrayList<>();
    PeerCodec.readFrame(
        frame,
        new PeerCodec.Sink() {
          @Override
          public void hello(Hello hello) {
            throw new IllegalStateException("a frame of the metadata group with " + hello);
          }

          @Override
          public void message(ReplicaMessage message) {
            throw new IllegalStateException("a frame of the metadata group with " + message);
          }

          @Override
          public void raft(byte[] message) {
            messages.add(message);
          }
        });
    return messages;
  }
}
