package io.quorate.sim.program;

import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.kernel.SimCodec;
import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.PeerCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The data plane's messages in the frames of the real wire. */
final class PeerFrames implements SimCodec<ReplicaMessage> {
  private final boolean endsAtTheUnknown;

  private PeerFrames(boolean endsAtTheUnknown) {
    this.endsAtTheUnknown = endsAtTheUnknown;
  }

  static PeerFrames of(Set<LeftOut> leftOut) {
    return new PeerFrames(leftOut.contains(LeftOut.ANSWER_TO_THE_UNKNOWN));
  }

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
            if (endsAtTheUnknown
                && (message instanceof UnknownRequest || message instanceof UnknownReply)) {
              throw new PromiseBroken("streams", "an honest node's stream ends by " + message);
            }
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
