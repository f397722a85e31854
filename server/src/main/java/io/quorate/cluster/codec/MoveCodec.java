package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Partitions as bytes: epoch, list, marks, the replicas being filled, through which log index they
 * are altered, step of the move (0: none), and with a step the other list, the epoch of the first,
 * through which index that list is altered, and whether writes wait. Nodes are named by their place
 * among the members.
 */
final class MoveCodec {
  private static final int NONE = 0;
  private static final int DUAL_WRITE = 1;
  private static final int CUTOVER = 2;
  private static final int STEP_BACK = 3;
  private static final int CLEANUP = 4;

  private MoveCodec() {}

  static void write(ByteWriter out, PartitionPlacement partition, Map<NodeId, Integer> places) {
    out.writeVarint(partition.epoch());
    writeNodes(out, partition.preferenceList(), places);
    out.writeVarint(partition.purge().promised());
    out.writeVarint(partition.purge().purged());
    writeNodes(out, partition.filling(), places);
    out.writeVarint(partition.alteredThrough());
    Move move = partition.move();
    if (move == null) {
      out.writeByte(NONE);
      return;
    }
    out.writeByte(
        switch (move.step()) {
          case DUAL_WRITE -> DUAL_WRITE;
          case CUTOVER -> CUTOVER;
          case STEP_BACK -> STEP_BACK;
          case CLEANUP -> CLEANUP;
        });
    writeNodes(out, move.other(), places);
    out.writeVarint(move.begunEpoch());
    out.writeVarint(move.alteredThrough());
    out.writeFlag(move.blocksWrites());
  }

  static PartitionPlacement read(ByteReader in, List<NodeId> members) {
    long epoch = in.readVarint();
    List<NodeId> list = readNodes(in, members);
    PurgeMarks purge = new PurgeMarks(in.readVarint(), in.readVarint());
    SortedSet<NodeId> filling = readFilling(in, members);
    long through = in.readVarint();
    Move move = readMove(in, members);
    return new PartitionPlacement(epoch, list, purge, filling, move, through);
  }

  private static @Nullable Move readMove(ByteReader in, List<NodeId> members) {
    int step = in.readByte();
    return switch (step) {
      case NONE -> null;
      case DUAL_WRITE -> readMove(in, Step.DUAL_WRITE, members);
      case CUTOVER -> readMove(in, Step.CUTOVER, members);
      case STEP_BACK -> readMove(in, Step.STEP_BACK, members);
      case CLEANUP -> readMove(in, Step.CLEANUP, members);
      default -> throw in.malformed("unknown step of a move " + step);
    };
  }

  private static Move readMove(ByteReader in, Step step, List<NodeId> members) {
    List<NodeId> other = readNodes(in, members);
    long begunEpoch = in.readVarint();
    long through = in.readVarint();
    boolean blocks = in.readFlag();
    return new Move(step, other, begunEpoch, through, blocks);
  }

  static void writeNodes(ByteWriter out, Collection<NodeId> nodes, Map<NodeId, Integer> places) {
    out.writeVarint(nodes.size());
    nodes.forEach(node -> out.writeVarint(places.getOrDefault(node, -1)));
  }

  static List<NodeId> readNodes(ByteReader in, List<NodeId> members) {
    int count = in.readInt(members.size());
    List<NodeId> nodes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      nodes.add(members.get(in.readInt(members.size() - 1)));
    }
    return nodes;
  }

  static SortedSet<NodeId> readFilling(ByteReader in, List<NodeId> members) {
    SortedSet<NodeId> filling = new TreeSet<>();
    for (NodeId node : readNodes(in, members)) {
      if (!filling.isEmpty() && filling.last().compareTo(node) >= 0) {
        throw in.malformed("node %s out of order".formatted(node));
      }
      filling.add(node);
    }
    return filling;
  }
}
