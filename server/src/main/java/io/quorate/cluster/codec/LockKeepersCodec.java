package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import java.util.SortedSet;

/** Which nodes keep locks, as bytes: its parts in order. */
final class LockKeepersCodec {
  private LockKeepersCodec() {}

  static void write(ByteWriter out, LockKeepers keepers) {
    out.writeVarint(keepers.generation());
    NodeIds.write(out, keepers.founders());
    out.writeVarint(keepers.term());
    out.writeInt(keepers.change());
    NodeIds.write(out, keepers.voters());
    NodeIds.write(out, keepers.next());
  }

  static LockKeepers read(ByteReader in) {
    long generation = in.readNumber();
    SortedSet<NodeId> founders = NodeIds.read(in);
    long term = in.readNumber();
    int change = in.readInt(Integer.MAX_VALUE);
    SortedSet<NodeId> voters = NodeIds.read(in);
    return new LockKeepers(generation, founders, term, change, voters, NodeIds.read(in));
  }
}
