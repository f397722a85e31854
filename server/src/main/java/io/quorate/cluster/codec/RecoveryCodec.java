package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.cluster.GroupRecovery;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Recoveries of the metadata group as bytes; voters by id, for they may be members no more. */
final class RecoveryCodec {
  private RecoveryCodec() {}

  static void write(ByteWriter out, List<GroupRecovery> recoveries) {
    out.writeVarint(recoveries.size());
    for (GroupRecovery each : recoveries) {
      out.writeVarint(each.generation());
      out.writeFixed64(each.survivor().value());
      out.writeVarint(each.term());
      out.writeVarint(each.index());
      out.writeVarint(each.atMillis());
      out.writeString(each.by());
      out.writeVarint(each.voters().size());
      each.voters().forEach(voter -> out.writeFixed64(voter.value()));
    }
  }

  static List<GroupRecovery> read(ByteReader in) {
    int count = in.readCount();
    List<GroupRecovery> recoveries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long generation = in.readVarint();
      NodeId survivor = new NodeId(in.readFixed64());
      long term = in.readVarint();
      long index = in.readVarint();
      long atMillis = in.readVarint();
      String by = in.readString();
      int voters = in.readCount();
      List<NodeId> before = new ArrayList<>();
      for (int voter = 0; voter < voters; voter++) {
        before.add(new NodeId(in.readFixed64()));
      }
      recoveries.add(new GroupRecovery(generation, survivor, term, index, atMillis, by, before));
    }
    return recoveries;
  }
}
