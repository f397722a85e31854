package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Components of the commands about lost nodes and those that take their place. */
final class ReadmissionCodec {
  private ReadmissionCodec() {}

  static void write(ByteWriter out, NodeReplaced replaced) {
    out.writeFixed64(replaced.lost().value());
    out.writeFixed64(replaced.id().value());
    out.writeString(replaced.address());
    out.writeString(replaced.region());
    out.writeString(replaced.zone());
    out.writeFixed64(Double.doubleToLongBits(replaced.weight()));
    ReleaseCodec.write(out, replaced.release());
  }

  static NodeReplaced readNodeReplaced(ByteReader in) {
    return new NodeReplaced(
        new NodeId(in.readFixed64()),
        new NodeId(in.readFixed64()),
        in.readString(),
        in.readString(),
        in.readString(),
        Double.longBitsToDouble(in.readFixed64()),
        ReleaseCodec.read(in));
  }

  static void write(ByteWriter out, Filled filled) {
    out.writeFixed64(filled.node().value());
    out.writeVarint(filled.places().size());
    for (Filled.Place place : filled.places()) {
      out.writeInt(place.partition());
      out.writeVarint(place.epoch());
    }
  }

  static Filled readFilled(ByteReader in) {
    NodeId node = new NodeId(in.readFixed64());
    int count = in.readCount();
    List<Filled.Place> places = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      places.add(new Filled.Place(in.readInt(), in.readVarint()));
    }
    return new Filled(node, places);
  }
}
