package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Commands that change the topology, as bytes. Nodes are named by their ids, 8 bytes each; or in
 * plans, from format {@code later} on, by their places among those ids.
 */
final class WishCodec {
  static final int JOIN = 30;
  static final int ADD_NODE = 31;
  static final int REMOVE_NODE = 32;
  static final int REPLACE_NODE = 33;
  static final int MOVE_NODE = 34;
  static final int REBALANCE = 35;
  static final int CANCEL_CHANGE = 36;
  static final int LIMIT_CHANGE = 37;
  static final int PLAN_CHANGE = 38;
  static final int STEP_MOVES = 39;
  static final int MARK_DOWN = 40;
  static final int NODE_LEFT = 41;
  static final int GIVE_UP_NODES = 42;
  static final int ACKNOWLEDGE_LOSS = 43;

  /** The same plan, shorter: lists of many nodes would not all fit in an entry of the log. */
  private static final int PLAN_CHANGE_BY_PLACES = 44;

  private static final int BEGIN = 1;
  private static final int CUT_OVER = 2;
  private static final int FINISH = 3;
  private static final int END = 4;

  private WishCodec() {}

  /**
   * @param later whether the format has tokens
   */
  static void write(ByteWriter out, Join join, boolean later) {
    out.writeByte(JOIN);
    out.writeFixed64(join.id().value());
    out.writeString(join.address());
    out.writeString(join.region());
    out.writeString(join.zone());
    out.writeFixed64(Double.doubleToLongBits(join.weight()));
    out.writeFlag(join.spare());
    ReleaseCodec.write(out, join.release());
    if (later) {
      JoinTokensCodec.write(out, join.token());
    }
  }

  static void write(ByteWriter out, int kind, NodeId node) {
    out.writeByte(kind);
    out.writeFixed64(node.value());
  }

  static void write(ByteWriter out, GiveUpNodes give) {
    out.writeByte(GIVE_UP_NODES);
    writeNodes(out, give.nodes());
    out.writeFlag(give.acceptDataLoss());
  }

  static void write(ByteWriter out, ReplaceNode replace) {
    write(out, REPLACE_NODE, replace.node());
    out.writeFixed64(replace.by().value());
  }

  static void write(ByteWriter out, MoveNode place) {
    write(out, MOVE_NODE, place.node());
    out.writeString(place.region());
    out.writeString(place.zone());
  }

  /**
   * @param later whether the format has places
   */
  static void write(ByteWriter out, PlanChange plan, boolean later) {
    out.writeByte(later ? PLAN_CHANGE_BY_PLACES : PLAN_CHANGE);
    out.writeVarint(plan.wishedAt());
    if (later) {
      TargetsCodec.write(out, plan.targets());
      return;
    }
    out.writeVarint(plan.targets().size());
    plan.targets()
        .forEach(
            (partition, list) -> {
              out.writeInt(partition);
              writeNodes(out, list);
            });
  }

  static void write(ByteWriter out, List<MoveStep> steps) {
    out.writeByte(STEP_MOVES);
    out.writeVarint(steps.size());
    for (MoveStep step : steps) {
      out.writeInt(step.partition());
      out.writeVarint(step.epoch());
      out.writeByte(
          switch (step.kind()) {
            case BEGIN -> BEGIN;
            case CUT_OVER -> CUT_OVER;
            case FINISH -> FINISH;
            case END -> END;
          });
      writeNodes(out, step.excused());
    }
  }

  static void write(ByteWriter out, MarkDown mark) {
    write(out, MARK_DOWN, mark.node());
    out.writeFlag(mark.down());
  }

  private static void writeNodes(ByteWriter out, Collection<NodeId> nodes) {
    out.writeVarint(nodes.size());
    nodes.forEach(node -> out.writeFixed64(node.value()));
  }

  static void write(ByteWriter out, LimitChange limits) {
    out.writeByte(LIMIT_CHANGE);
    Integer parallel = limits.parallel();
    NumberCodec.write(out, parallel == null ? null : Integer.toUnsignedLong(parallel));
    NumberCodec.write(out, limits.bytesPerSecond());
    write(out, limits.paused());
    write(out, limits.blocksWrites());
  }

  private static void write(ByteWriter out, @Nullable Boolean mark) {
    NumberCodec.write(out, mark == null ? null : mark ? 1L : 0L);
  }

  private static @Nullable Boolean readMark(ByteReader in) {
    Long mark = NumberCodec.readOptional(in);
    if (mark != null && mark != 0 && mark != 1) {
      throw in.malformed("a mark that is neither 0 nor 1: " + mark);
    }
    return mark == null ? null : mark == 1;
  }

  private static LimitChange readLimits(ByteReader in) {
    Long parallel = NumberCodec.readOptional(in);
    if (parallel != null && parallel >>> Integer.SIZE != 0) {
      throw in.malformed("%d partitions at a time have more than 32 bits".formatted(parallel));
    }
    return new LimitChange(
        parallel == null ? null : (Integer) parallel.intValue(),
        NumberCodec.readOptional(in),
        readMark(in),
        readMark(in));
  }

  /**
   * @param later whether the format has tokens
   */
  static Command read(ByteReader in, int kind, boolean later) {
    return switch (kind) {
      case JOIN -> readJoin(in, later);
      case ADD_NODE -> new AddNode(readNode(in));
      case REMOVE_NODE -> new RemoveNode(readNode(in));
      case REPLACE_NODE -> new ReplaceNode(readNode(in), readNode(in));
      case MOVE_NODE -> new MoveNode(readNode(in), in.readString(), in.readString());
      case REBALANCE -> new Rebalance();
      case CANCEL_CHANGE -> new CancelChange();
      case LIMIT_CHANGE -> readLimits(in);
      case PLAN_CHANGE -> new PlanChange(in.readVarint(), readTargets(in));
      case PLAN_CHANGE_BY_PLACES -> new PlanChange(in.readVarint(), TargetsCodec.read(in));
      case STEP_MOVES -> new StepMoves(readSteps(in));
      case MARK_DOWN -> new MarkDown(readNode(in), in.readFlag());
      case GIVE_UP_NODES -> new GiveUpNodes(new TreeSet<>(readNodes(in)), in.readFlag());
      case ACKNOWLEDGE_LOSS -> new AcknowledgeLoss();
      case NODE_LEFT -> new NodeLeft(readNode(in));
      default -> throw in.malformed("unknown kind of command " + kind);
    };
  }

  private static Join readJoin(ByteReader in, boolean later) {
    return new Join(
        readNode(in),
        in.readString(),
        in.readString(),
        in.readString(),
        Double.longBitsToDouble(in.readFixed64()),
        in.readFlag(),
        ReleaseCodec.read(in),
        later ? JoinTokensCodec.readUse(in) : null);
  }

  private static NodeId readNode(ByteReader in) {
    return new NodeId(in.readFixed64());
  }

  private static List<NodeId> readNodes(ByteReader in) {
    int count = in.readCount();
    List<NodeId> nodes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      nodes.add(readNode(in));
    }
    return nodes;
  }

  private static SortedMap<Integer, List<NodeId>> readTargets(ByteReader in) {
    SortedMap<Integer, List<NodeId>> targets = new TreeMap<>();
    int count = in.readCount();
    for (int i = 0; i < count; i++) {
      targets.put(in.readInt(), readNodes(in));
    }
    return targets;
  }

  private static List<MoveStep> readSteps(ByteReader in) {
    int count = in.readCount();
    List<MoveStep> steps = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int partition = in.readInt();
      long epoch = in.readVarint();
      int kind = in.readByte();
      steps.add(
          new MoveStep(
              partition,
              epoch,
              switch (kind) {
                case BEGIN -> Kind.BEGIN;
                case CUT_OVER -> Kind.CUT_OVER;
                case FINISH -> Kind.FINISH;
                case END -> Kind.END;
                default -> throw in.malformed("unknown step " + kind);
              },
              new TreeSet<>(readNodes(in))));
    }
    return steps;
  }
}
