package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lists of nodes by partition, as bytes: the {@link NodeIds} of all of them, then how many lists,
 * and of each its partition and the places of its nodes among the ids.
 */
final class TargetsCodec {
  private TargetsCodec() {}

  static void write(ByteWriter out, SortedMap<Integer, List<NodeId>> targets) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    for (List<NodeId> list : targets.values()) {
      nodes.addAll(list);
    }
    NodeIds.write(out, nodes);
    Map<NodeId, Integer> places = new HashMap<>();
    nodes.forEach(node -> places.put(node, places.size()));
    out.writeVarint(targets.size());
    targets.forEach(
        (partition, list) -> {
          out.writeInt(partition);
          MoveCodec.writeNodes(out, list, places);
        });
  }

  static SortedMap<Integer, List<NodeId>> read(ByteReader in) {
    List<NodeId> nodes = List.copyOf(NodeIds.read(in));
    SortedMap<Integer, List<NodeId>> targets = new TreeMap<>();
    for (int left = in.readCount(); left > 0; left--) {
      targets.put(in.readInt(), readList(in, nodes));
    }
    return targets;
  }

  /** Of whatever length, and with a node twice: the state refuses that. */
  private static List<NodeId> readList(ByteReader in, List<NodeId> nodes) {
    List<NodeId> list = new ArrayList<>();
    for (int left = in.readCount(); left > 0; left--) {
      list.add(nodes.get(in.readInt(nodes.size() - 1)));
    }
    return list;
  }
}
