package io.quorate.cluster.codec;

import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Components of the commands about lost nodes and those that take their place. */
final class ReadmissionCodec {
  private ReadmissionCodec() {}

  static boolean readFlag(Reader in) {
    int flag = in.readByte();
    if (flag > 1) {
      throw in.malformed("a mark that is neither 0 nor 1: " + flag);
    }
    return flag == 1;
  }

  static void write(Writer out, NodeReplaced replaced) {
    out.writeFixed(replaced.lost().value());
    out.writeFixed(replaced.id().value());
    out.writeString(replaced.address());
    out.writeString(replaced.region());
    out.writeString(replaced.zone());
    out.writeFixed(Double.doubleToLongBits(replaced.weight()));
    ReleaseCodec.write(out, replaced.release());
  }

  static NodeReplaced readNodeReplaced(Reader in) {
    return new NodeReplaced(
        new NodeId(in.readFixed()),
        new NodeId(in.readFixed()),
        in.readString(),
        in.readString(),
        in.readString(),
        Double.longBitsToDouble(in.readFixed()),
        ReleaseCodec.read(in));
  }

  static void write(Writer out, Filled filled) {
    out.writeFixed(filled.node().value());
    out.writeVarint(filled.places().size());
    for (Filled.Place place : filled.places()) {
      out.writeInt(place.partition());
      out.writeVarint(place.epoch());
    }
  }

  static Filled readFilled(Reader in) {
    NodeId node = new NodeId(in.readFixed());
    int count = in.readCount();
    List<Filled.Place> places = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      places.add(new Filled.Place(in.readInt(), in.readVarint()));
    }
    return new Filled(node, places);
  }
}
