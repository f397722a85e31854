package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.*;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage.RelayWrite;
import io.quorate.replication.message.ReplicaMessage.RelayedWrite;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes that one replica of a region passes on to the others. */
final class RelayCodec {
  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  private RelayCodec() {}

  /** About how long one gets, beside what all messages have. */
  static int bytesMax(RelayWrite relay) {
    return bytesMax(relay.write()) + relay.to().size() * Long.BYTES;
  }

  static int bytesMax(RelayedWrite relayed) {
    return bytesMax(relayed.write());
  }

  private static int bytesMax(Write write) {
    return PeerMessageWriter.keyAndRecordBytes(write);
  }

  static void write(WireWriter out, RelayWrite relay) {
    out.fixed64(ID, relay.id());
    write(out, relay.write());
    long mark = out.begin(RELAY_WRITE_TO, relay.to().size() * Long.BYTES);
    for (NodeId node : relay.to()) {
      out.element64(node.value());
    }
    out.end(mark);
  }

  static void write(WireWriter out, RelayedWrite relayed) {
    out.fixed64(ID, relayed.id());
    write(out, relayed.write());
    out.fixed64(RELAYED_WRITE_COORDINATOR, relayed.coordinator().value());
  }

  private static void write(WireWriter out, Write write) {
    long mark = out.begin(RELAY_WRITE_WRITE, PeerMessageWriter.keyAndRecordBytes(write) + 60);
    PeerMessageWriter.writeRecord(out, write, 0);
    out.end(mark);
  }

  static RelayWrite relayWrite(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    Write write = null;
    List<NodeId> to = new ArrayList<>(2);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case RELAY_WRITE_WRITE << 3 | DELIMITED -> write = PeerMessageReader.writeRecord(in);
        case RELAY_WRITE_TO << 3 | DELIMITED -> readNodes(in, to);
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new RelayWrite(Wire.understood(write, "a RelayWrite without write").withId(id), to);
  }

  private static void readNodes(CodedInputStream in, List<NodeId> to) throws IOException {
    int outer = Wire.enter(in);
    while (in.getBytesUntilLimit() > 0) {
      if (to.size() == RelayWrite.OTHERS_MAX) {
        throw new InvalidProtocolBufferException(
            "a RelayWrite to more than %d nodes".formatted(RelayWrite.OTHERS_MAX));
      }
      to.add(new NodeId(in.readFixed64()));
    }
    in.popLimit(outer);
  }

  static RelayedWrite relayedWrite(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    Write write = null;
    long coordinator = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case RELAY_WRITE_WRITE << 3 | DELIMITED -> write = PeerMessageReader.writeRecord(in);
        case RELAYED_WRITE_COORDINATOR << 3 | FIXED64 -> coordinator = in.readFixed64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new RelayedWrite(
        Wire.understood(write, "a RelayedWrite without write").withId(id), new NodeId(coordinator));
  }
}
