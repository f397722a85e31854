package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.cluster.Change;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the topology is to become, as bytes: its id, the wish, the wish that was planned for, how
 * many partitions were to move, the targets by partition, the limits.
 */
final class ChangeCodec {
  private ChangeCodec() {}

  static void write(ByteWriter out, Change change, Map<NodeId, Integer> places) {
    out.writeVarint(change.id());
    out.writeVarint(change.wishedAt());
    out.writeVarint(change.plannedFor());
    out.writeVarint(change.planned());
    out.writeVarint(change.targets().size());
    change
        .targets()
        .forEach(
            (partition, list) -> {
              out.writeVarint(partition);
              MoveCodec.writeNodes(out, list, places);
            });
    writeLimits(out, change.limits());
  }

  static Change read(ByteReader in, List<NodeId> members) {
    long id = in.readVarint();
    long wishedAt = in.readVarint();
    long plannedFor = in.readVarint();
    int planned = in.readInt(Integer.MAX_VALUE);
    SortedMap<Integer, List<NodeId>> targets = new TreeMap<>();
    int count = in.readCount();
    for (int i = 0; i < count; i++) {
      int partition = in.readInt(Integer.MAX_VALUE);
      if (!targets.isEmpty() && targets.lastKey() >= partition) {
        throw in.malformed("partition %d out of order".formatted(partition));
      }
      targets.put(partition, MoveCodec.readNodes(in, members));
    }
    return new Change(id, wishedAt, plannedFor, targets, planned, readLimits(in));
  }

  private static void writeLimits(ByteWriter out, Change.Limits limits) {
    out.writeVarint(limits.parallel());
    out.writeVarint(limits.bytesPerSecond());
    out.writeFlag(limits.paused());
    out.writeFlag(limits.blocksWrites());
  }

  private static Change.Limits readLimits(ByteReader in) {
    return new Change.Limits(
        in.readInt(Integer.MAX_VALUE), in.readVarint(), in.readFlag(), in.readFlag());
  }
}
