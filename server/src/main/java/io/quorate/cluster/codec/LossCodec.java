package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.NodeId;
import io.quorate.placement.Loss;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Losses by partition, as bytes; nodes by id, for they are members no more. */
final class LossCodec {
  private LossCodec() {}

  static void write(ByteWriter out, SortedMap<Integer, Loss> losses) {
    out.writeVarint(losses.size());
    losses.forEach(
        (partition, loss) -> {
          out.writeVarint(partition);
          out.writeVarint(loss.epoch());
          out.writeFlag(loss.whole());
          out.writeFlag(loss.acknowledged());
          out.writeVarint(loss.givenUp().size());
          loss.givenUp().forEach(node -> out.writeFixed64(node.value()));
        });
  }

  static SortedMap<Integer, Loss> read(ByteReader in) {
    SortedMap<Integer, Loss> losses = new TreeMap<>();
    int count = in.readCount();
    for (int i = 0; i < count; i++) {
      int partition = in.readInt(Integer.MAX_VALUE);
      if (!losses.isEmpty() && losses.lastKey() >= partition) {
        throw in.malformed("partition %d out of order".formatted(partition));
      }
      long epoch = in.readVarint();
      boolean whole = in.readFlag();
      boolean acknowledged = in.readFlag();
      losses.put(partition, new Loss(epoch, readNodes(in), whole, acknowledged));
    }
    return losses;
  }

  private static SortedSet<NodeId> readNodes(ByteReader in) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    int count = in.readInt(Loss.NAMED_MAX);
    for (int i = 0; i < count; i++) {
      NodeId node = new NodeId(in.readFixed64());
      if (!nodes.isEmpty() && nodes.last().compareTo(node) >= 0) {
        throw in.malformed("node %s out of order".formatted(node));
      }
      nodes.add(node);
    }
    return nodes;
  }
}
