package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.NodeId;
import java.util.SortedSet;
import java.util.TreeSet;

/** A set of nodes as bytes: how many, then each in order. */
final class NodeIds {
  private NodeIds() {}

  static void write(ByteWriter out, SortedSet<NodeId> nodes) {
    out.writeVarint(nodes.size());
    nodes.forEach(node -> out.writeFixed64(node.value()));
  }

  static SortedSet<NodeId> read(ByteReader in) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    for (int left = in.readCount(Long.BYTES); left > 0; left--) {
      NodeId node = new NodeId(in.readFixed64());
      if (!nodes.isEmpty() && nodes.last().compareTo(node) >= 0) {
        throw in.malformed("node %s out of order".formatted(node));
      }
      nodes.add(node);
    }
    return nodes;
  }
}
