package io.quorate.transport.codec.peer;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.proto.internal.PeerFrame;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.transport.codec.WireWriter;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;

/**
 * What a frame of 16 messages costs to write and to read, by hand and by the generated classes. Not
 * a test: run its main, and read the last lines, when the compiler has done its work.
 */
final class CodecCost {
  private static final int MESSAGES = 16;
  private static final int ROUNDS = 10;
  private static final int FRAMES = 100_000;

  private long seen;

  public static void main(String[] args) throws Exception {
    Record record = Record.value(new Version(0, 1L << 60, new NodeId(-1), 3), 1, 0, new byte[256]);
    Write write = new Write(1L << 40, 200, 1, new Key(1, new byte[16]), record, Cause.FRESH, 5000);
    WriteReply reply = new WriteReply(1L << 40, 1L << 60, Stored.INSTANCE);
    for (int round = 0; round < ROUNDS; round++) {
      for (ReplicaMessage message : List.of(write, reply)) {
        new CodecCost().measure(message);
      }
    }
  }

  private void measure(ReplicaMessage message) throws Exception {
    WireWriter frame = new WireWriter();
    fill(frame, message);
    byte[] bytes = frame.toByteArray();
    PeerFrame generated = PeerFrame.parseFrom(bytes);

    long begun = System.nanoTime();
    for (int i = 0; i < FRAMES; i++) {
      fill(frame, message);
      seen += frame.size();
    }
    long written = System.nanoTime();
    PeerCodec.Sink sink = counting();
    for (int i = 0; i < FRAMES; i++) {
      PeerCodec.readFrame(bytes, sink);
    }
    long read = System.nanoTime();
    for (int i = 0; i < FRAMES; i++) {
      // Only the last step of writing by generated classes: building the messages comes before it.
      seen += PeerFrame.newBuilder(generated).build().toByteArray().length;
    }
    long writtenByGenerated = System.nanoTime();
    for (int i = 0; i < FRAMES; i++) {
      seen += PeerFrame.parseFrom(bytes).getMessagesCount();
    }
    long readByGenerated = System.nanoTime();
    System.out.printf(
        "%-11s by hand: write %4.0f read %4.0f   generated: write %4.0f read %4.0f ns a message%n",
        message.getClass().getSimpleName(),
        perMessage(written - begun),
        perMessage(read - written),
        perMessage(writtenByGenerated - read),
        perMessage(readByGenerated - writtenByGenerated));
  }

  private static double perMessage(long nanos) {
    return (double) nanos / FRAMES / MESSAGES;
  }

  private static void fill(WireWriter frame, ReplicaMessage message) {
    frame.clear();
    for (int i = 0; i < MESSAGES; i++) {
      PeerCodec.add(frame, message);
    }
  }

  private PeerCodec.Sink counting() {
    return new PeerCodec.Sink() {
      @Override
      public void hello(Hello hello) {}

      @Override
      public void message(ReplicaMessage message) {
        seen++;
      }

      @Override
      public void raft(byte[] message) {}
    };
  }
}
