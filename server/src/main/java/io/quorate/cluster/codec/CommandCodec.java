package io.quorate.cluster.codec;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.RequestKey;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands as bytes: what the Raft log holds. Format (1 byte), kind (1 byte), then the components
 * in their order; what an operator requests follows its request without a format. Whatever a
 * command says is carried as it is, sensible or not: it is the state that refuses, with a reason,
 * and a log that could not be read would stop every node.
 */
public final class CommandCodec {
  private static final int FORMAT = 10;

  private static final int NODE_STARTED = 1;
  private static final int CREATE_TENANT = 2;
  private static final int ALTER_TENANT = 3;
  private static final int PROMISE_PURGE = 4;
  private static final int CONFIRM_PURGE = 5;
  private static final int READMIT = 20;
  private static final int NODE_REPLACED = 21;
  private static final int REFILL = 22;
  private static final int FILLED = 23;
  private static final int RAISE_CLUSTER_VERSION = 6;
  private static final int CREATE_TENANT_LATER = 7; // with settings later than the first version's
  private static final int ALTER_TENANT_LATER = 8; // the same
  private static final int REQUESTED = 50;

  private CommandCodec() {}

  public static byte[] encode(Command command) {
    Writer out = new Writer();
    out.writeByte(FORMAT);
    write(out, command);
    return out.toBytes();
  }

  private static void write(Writer out, Command command) {
    switch (command) {
      case NodeStarted started -> writeNodeStarted(out, started);
      case CreateTenant create -> {
        boolean later = TenantSettingsCodec.hasLater(create.settings());
        out.writeByte(later ? CREATE_TENANT_LATER : CREATE_TENANT);
        out.writeString(create.name());
        out.writeInt(create.replicationFactor());
        TenantSettingsCodec.write(out, create.settings(), later);
      }
      case AlterTenant alter -> {
        boolean later = TenantSettingsCodec.hasLater(alter.settings());
        out.writeByte(later ? ALTER_TENANT_LATER : ALTER_TENANT);
        out.writeString(alter.name());
        TenantSettingsCodec.write(out, alter.settings(), later);
        out.writeInt(alter.replicationFactor());
      }
      case PromisePurge(List<AtEpoch> partitions, long mark) ->
          writePurge(out, PROMISE_PURGE, partitions, mark);
      case ConfirmPurge(List<AtEpoch> partitions, long mark) ->
          writePurge(out, CONFIRM_PURGE, partitions, mark);
      case RaiseClusterVersion(int version) -> {
        out.writeByte(RAISE_CLUSTER_VERSION);
        out.writeInt(version);
      }
      case Readmit readmit -> {
        out.writeByte(READMIT);
        out.writeFixed(readmit.node().value());
        out.writeByte(readmit.acceptDataLoss() ? 1 : 0);
      }
      case NodeReplaced replaced -> {
        out.writeByte(NODE_REPLACED);
        ReadmissionCodec.write(out, replaced);
      }
      case Refill refill -> {
        out.writeByte(REFILL);
        out.writeFixed(refill.node().value());
        out.writeInt(refill.partition());
        out.writeVarint(refill.epoch());
      }
      case Filled filled -> {
        out.writeByte(FILLED);
        ReadmissionCodec.write(out, filled);
      }
      case Join join -> WishCodec.write(out, join);
      case AddNode(NodeId node) -> WishCodec.write(out, WishCodec.ADD_NODE, node);
      case RemoveNode(NodeId node) -> WishCodec.write(out, WishCodec.REMOVE_NODE, node);
      case GiveUpNodes give -> WishCodec.write(out, give);
      case AcknowledgeLoss note -> out.writeByte(WishCodec.ACKNOWLEDGE_LOSS);
      case ReplaceNode replace -> WishCodec.write(out, replace);
      case MoveNode place -> WishCodec.write(out, place);
      case Rebalance again -> out.writeByte(WishCodec.REBALANCE);
      case CancelChange cancel -> out.writeByte(WishCodec.CANCEL_CHANGE);
      case LimitChange limits -> WishCodec.write(out, limits);
      case PlanChange plan -> WishCodec.write(out, plan);
      case StepMoves(List<MoveStep> steps) -> WishCodec.write(out, steps);
      case MarkDown mark -> WishCodec.write(out, mark);
      case NodeLeft(NodeId node) -> WishCodec.write(out, WishCodec.NODE_LEFT, node);
      case Requested(
              RequestKey request,
              long content,
              long expectedStateVersion,
              LimitChange limits,
              Command change) -> {
        out.writeByte(REQUESTED);
        out.writeFixed(request.high());
        out.writeFixed(request.low());
        out.writeFixed(content);
        out.writeVarint(expectedStateVersion);
        out.writeByte(limits == null ? 0 : 1);
        if (limits != null) {
          WishCodec.write(out, limits);
        }
        write(out, change);
      }
    }
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedBytesException if the bytes are anything else
   */
  public static Command decode(byte[] bytes) {
    Reader in = new Reader("a command", bytes);
    try {
      in.expectFormat(FORMAT);
      Command command = read(in, in.readByte());
      in.expectEnd();
      return command;
    } catch (IllegalArgumentException impossible) {
      throw in.malformed(impossible);
    }
  }

  private static Command read(Reader in, int kind) {
    return switch (kind) {
      case NODE_STARTED -> readNodeStarted(in);
      case CREATE_TENANT, CREATE_TENANT_LATER ->
          new CreateTenant(
              in.readString(),
              in.readInt(),
              TenantSettingsCodec.read(in, kind == CREATE_TENANT_LATER));
      case ALTER_TENANT, ALTER_TENANT_LATER ->
          new AlterTenant(
              in.readString(),
              TenantSettingsCodec.read(in, kind == ALTER_TENANT_LATER),
              in.readInt());
      case PROMISE_PURGE -> new PromisePurge(readPartitions(in), in.readFixed());
      case CONFIRM_PURGE -> new ConfirmPurge(readPartitions(in), in.readFixed());
      case RAISE_CLUSTER_VERSION -> new RaiseClusterVersion(in.readInt());
      case READMIT -> new Readmit(new NodeId(in.readFixed()), ReadmissionCodec.readFlag(in));
      case NODE_REPLACED -> ReadmissionCodec.readNodeReplaced(in);
      case REFILL -> new Refill(new NodeId(in.readFixed()), in.readInt(), in.readVarint());
      case FILLED -> ReadmissionCodec.readFilled(in);
      case REQUESTED -> readRequested(in);
      default -> WishCodec.read(in, kind);
    };
  }

  /** With what is asked for, in which there is no other request. */
  private static Requested readRequested(Reader in) {
    RequestKey request = new RequestKey(in.readFixed(), in.readFixed());
    long content = in.readFixed();
    long expectedStateVersion = in.readVarint();
    LimitChange limits = readLimits(in);
    int kind = in.readByte();
    if (kind == REQUESTED) {
      throw in.malformed("a request within a request");
    }
    return new Requested(request, content, expectedStateVersion, limits, read(in, kind));
  }

  private static @Nullable LimitChange readLimits(Reader in) {
    if (in.readInt(1) == 0) {
      return null;
    }
    if (WishCodec.read(in, in.readByte()) instanceof LimitChange limits) {
      return limits;
    }
    throw in.malformed("limits of a request that are another command");
  }

  private static void writeNodeStarted(Writer out, NodeStarted started) {
    out.writeByte(NODE_STARTED);
    out.writeFixed(started.id().value());
    out.writeString(started.address());
    out.writeString(started.region());
    out.writeString(started.zone());
    out.writeFixed(Double.doubleToLongBits(started.weight()));
    out.writeInt(started.incarnation());
    ReleaseCodec.write(out, started.release());
  }

  private static NodeStarted readNodeStarted(Reader in) {
    return new NodeStarted(
        new NodeId(in.readFixed()),
        in.readString(),
        in.readString(),
        in.readString(),
        Double.longBitsToDouble(in.readFixed()),
        in.readInt(),
        ReleaseCodec.read(in));
  }

  private static void writePurge(Writer out, int kind, List<AtEpoch> partitions, long mark) {
    out.writeByte(kind);
    out.writeVarint(partitions.size());
    for (AtEpoch each : partitions) {
      out.writeInt(each.partition());
      out.writeVarint(each.epoch());
    }
    out.writeFixed(mark);
  }

  private static List<AtEpoch> readPartitions(Reader in) {
    int count = in.readCount();
    List<AtEpoch> partitions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      partitions.add(new AtEpoch(in.readInt(), in.readVarint()));
    }
    return partitions;
  }
}
