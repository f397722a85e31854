package io.quorate.sim.cluster;

import io.quorate.replication.message.ReplicaMessage;
import io.quorate.sim.kernel.SimCodec;
import io.quorate.transport.codec.Hello;
import io.quorate.transport.codec.PeerCodec;
import io.quorate.transport.codec.WireWriter;
import java.util.ArrayList;
import java.util.List;

/** The data plane's messages in the frames of the real wire. */
final class PeerFrames implements SimCodec<ReplicaMessage> {
  @Override
  public byte[] encode(List<ReplicaMessage> messages) {
    WireWriter frame = new WireWriter();
    messages.forEach(message -> PeerCodec.add(frame, message));
    return frame.toByteArray();
  }

  @Override
  public String text(ReplicaMessage message) {
    return Words.of(message);
  }

  @Override
  public List<ReplicaMessage> decode(byte[] frame) {
    List<ReplicaMessage> messages = new ArrayList<>();
    PeerCodec.readFrame(
        frame,
        new PeerCodec.Sink() {
          @Override
          public void hello(Hello hello) {
            throw new IllegalStateException("a frame of the data plane with " + hello);
          }

          @Override
          public void message(ReplicaMessage message) {
            messages.add(message);
          }

          @Override
          public void raft(byte[] message) {
            throw new IllegalStateException("a frame of the data plane with a Raft message");
          }
        });
    return messages;
  }
}
