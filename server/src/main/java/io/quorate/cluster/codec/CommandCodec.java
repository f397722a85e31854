package io.quorate.cluster.codec;

import io.quorate.access.AccessChange;
import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.LaterFormatException;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.ChangeAccess;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.CloseForRestore;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.KeepLocks;
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
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.cluster.Member;
import io.quorate.cluster.RequestKey;
import io.quorate.model.ByteFormat;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.TenantSettings;
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
  /** From this format on a start tells the name of its node. */
  private static final int WITH_NAMES = ByteFormat.COMMAND.at(Member.NAMED_FROM_VERSION);

  /** From this format on a start tells where clients reach its node. */
  private static final int WITH_CLIENT_ADDRESSES =
      ByteFormat.COMMAND.at(Member.CLIENT_ADDRESS_FROM_VERSION);

  /** From this format on the settings of a tenant may be such as the first version lacks. */
  private static final int WITH_LATER_SETTINGS = ByteFormat.COMMAND.at(2);

  /** From this format on a node may join with a token. */
  private static final int WITH_JOIN_TOKENS =
      ByteFormat.COMMAND.at(ClusterState.JOIN_TOKENS_FROM_VERSION);

  /** From this format on a plan names each node once, and its places then. */
  private static final int WITH_PLACES = ByteFormat.COMMAND.at(2);

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
  private static final int REQUESTED = 50;
  private static final int KEEP_LOCKS = 60;
  private static final int CHANGE_ACCESS = 61;
  private static final int CREATE_JOIN_TOKEN = 62;
  private static final int DROP_JOIN_TOKEN = 63;
  private static final int DROP_TENANT = 64;
  private static final int TRUNCATE_TENANT = 65;
  private static final int CLOSE_FOR_RESTORE = 73;
  private static final int TAKE_FOR_RESTORE = 74;
  private static final int GIVE_UP_RESTORE = 75;
  private static final int FINISH_RESTORE = 76;

  private CommandCodec() {}

  /**
   * Writes a command as nodes of a cluster at this version read it. What a later version adds to
   * the command is left out.
   */
  public static byte[] encode(Command command, int clusterVersion) {
    ByteWriter out = new ByteWriter();
    int format = ByteFormat.COMMAND.at(clusterVersion);
    out.writeByte(format);
    write(out, command, format);
    return out.toBytes();
  }

  private static void write(ByteWriter out, Command command, int format) {
    switch (command) {
      case NodeStarted started -> writeNodeStarted(out, started, format);
      case CreateTenant create -> {
        out.writeByte(CREATE_TENANT);
        out.writeString(create.name());
        out.writeInt(create.replicationFactor().replicas());
        TenantSettingsCodec.write(out, create.settings(), format >= WITH_LATER_SETTINGS);
        RegionsCodec.write(out, create.replicationFactor(), format >= WITH_LATER_SETTINGS);
      }
      case AlterTenant alter -> {
        out.writeByte(ALTER_TENANT);
        out.writeString(alter.name());
        TenantSettingsCodec.write(out, alter.settings(), format >= WITH_LATER_SETTINGS);
        out.writeInt(alter.replicationFactor().replicas());
        RegionsCodec.write(out, alter.replicationFactor(), format >= WITH_LATER_SETTINGS);
      }
      case DropTenant(String name, int id) -> {
        out.writeByte(DROP_TENANT);
        out.writeString(name);
        out.writeInt(id);
      }
      case TruncateTenant(String name, int id) -> {
        out.writeByte(TRUNCATE_TENANT);
        out.writeString(name);
        out.writeInt(id);
      }
      case CloseForRestore close -> {
        out.writeByte(CLOSE_FOR_RESTORE);
        out.writeString(close.name());
        out.writeInt(close.replicationFactor().replicas());
        TenantSettingsCodec.write(out, close.settings(), true);
        RegionsCodec.write(out, close.replicationFactor(), true);
      }
      case TakeForRestore take -> {
        out.writeByte(TAKE_FOR_RESTORE);
        out.writeString(take.name());
        writePartitions(out, take.lookedAt());
        out.writeFixed64(take.hlc());
      }
      case FinishRestore finish -> {
        out.writeByte(FINISH_RESTORE);
        out.writeString(finish.name());
        out.writeInt(finish.tenantId());
        out.writeInt(finish.replicationFactor().replicas());
        TenantSettingsCodec.write(out, finish.settings(), true);
        RegionsCodec.write(out, finish.replicationFactor(), true);
      }
      case GiveUpRestore giveUp -> {
        out.writeByte(GIVE_UP_RESTORE);
        out.writeString(giveUp.name());
        out.writeFixed64(giveUp.hlc());
      }
      case PromisePurge(List<AtEpoch> partitions, long mark) ->
          writePurge(out, PROMISE_PURGE, partitions, mark);
      case ConfirmPurge(List<AtEpoch> partitions, long mark) ->
          writePurge(out, CONFIRM_PURGE, partitions, mark);
      case BeginCut begin -> CutCodec.write(out, begin);
      case BeginPastCut begin -> CutCodec.write(out, begin);
      case RearmCut rearm -> CutCodec.write(out, rearm);
      case CloseCut close -> CutCodec.write(out, close);
      case SealCut seal -> CutCodec.write(out, seal);
      case EndCut end -> CutCodec.write(out, end);
      case RaiseClusterVersion(int version) -> {
        out.writeByte(RAISE_CLUSTER_VERSION);
        out.writeInt(version);
      }
      case KeepLocks(LockKeepers keepers) -> {
        out.writeByte(KEEP_LOCKS);
        LockKeepersCodec.write(out, keepers);
      }
      case ChangeAccess(AccessChange change) -> {
        out.writeByte(CHANGE_ACCESS);
        AccessCodec.write(out, change);
      }
      case Readmit readmit -> {
        out.writeByte(READMIT);
        out.writeFixed64(readmit.node().value());
        out.writeFlag(readmit.acceptDataLoss());
      }
      case NodeReplaced replaced -> {
        out.writeByte(NODE_REPLACED);
        ReadmissionCodec.write(out, replaced);
      }
      case Refill refill -> {
        out.writeByte(REFILL);
        out.writeFixed64(refill.node().value());
        out.writeInt(refill.partition());
        out.writeVarint(refill.epoch());
      }
      case Filled filled -> {
        out.writeByte(FILLED);
        ReadmissionCodec.write(out, filled);
      }
      case Join join -> WishCodec.write(out, join, format >= WITH_JOIN_TOKENS);
      case CreateJoinToken create -> {
        out.writeByte(CREATE_JOIN_TOKEN);
        JoinTokensCodec.write(out, create);
      }
      case DropJoinToken(String id) -> {
        out.writeByte(DROP_JOIN_TOKEN);
        out.writeString(id);
      }
      case AddNode(NodeId node) -> WishCodec.write(out, WishCodec.ADD_NODE, node);
      case RemoveNode(NodeId node) -> WishCodec.write(out, WishCodec.REMOVE_NODE, node);
      case GiveUpNodes give -> WishCodec.write(out, give);
      case AcknowledgeLoss note -> out.writeByte(WishCodec.ACKNOWLEDGE_LOSS);
      case ReplaceNode replace -> WishCodec.write(out, replace);
      case MoveNode place -> WishCodec.write(out, place);
      case Rebalance again -> out.writeByte(WishCodec.REBALANCE);
      case CancelChange cancel -> out.writeByte(WishCodec.CANCEL_CHANGE);
      case LimitChange limits -> WishCodec.write(out, limits);
      case PlanChange plan -> WishCodec.write(out, plan, format >= WITH_PLACES);
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
        out.writeFixed64(request.high());
        out.writeFixed64(request.low());
        out.writeFixed64(content);
        out.writeVarint(expectedStateVersion);
        out.writeByte(limits == null ? 0 : 1);
        if (limits != null) {
          WishCodec.write(out, limits);
        }
        write(out, change, format);
      }
    }
  }

  /** Reads what {@link #encode} wrote at any version that this code works at. */
  public static Command decode(byte[] bytes) {
    return decode(bytes, Release.NEWEST_VERSION);
  }

  /**
   * Reads what {@link #encode} wrote, as a release does that works at versions up to this one.
   *
   * @throws LaterFormatException if it was written at a later version
   * @throws MalformedBytesException if the bytes are anything else
   */
  public static Command decode(byte[] bytes, int newestVersion) {
    ByteReader in = new ByteReader("a command", bytes);
    try {
      int format = in.readFormat(ByteFormat.COMMAND, newestVersion);
      Command command = read(in, in.readByte(), format);
      in.expectEnd();
      return command;
    } catch (IllegalArgumentException impossible) {
      throw in.malformed(impossible);
    }
  }

  private static Command read(ByteReader in, int kind, int format) {
    return switch (kind) {
      case NODE_STARTED -> readNodeStarted(in, format);
      case CREATE_TENANT -> {
        String name = in.readString();
        int replicas = in.readInt();
        TenantSettings said = TenantSettingsCodec.read(in, format >= WITH_LATER_SETTINGS);
        yield new CreateTenant(
            name, RegionsCodec.read(in, replicas, format >= WITH_LATER_SETTINGS), said);
      }
      case ALTER_TENANT ->
          new AlterTenant(
              in.readString(),
              TenantSettingsCodec.read(in, format >= WITH_LATER_SETTINGS),
              RegionsCodec.read(in, in.readInt(), format >= WITH_LATER_SETTINGS));
      case KEEP_LOCKS -> new KeepLocks(LockKeepersCodec.read(in));
      case CHANGE_ACCESS -> new ChangeAccess(AccessCodec.readChange(in));
      case PROMISE_PURGE -> new PromisePurge(readPartitions(in), in.readFixed64());
      case CONFIRM_PURGE -> new ConfirmPurge(readPartitions(in), in.readFixed64());
      case RAISE_CLUSTER_VERSION -> new RaiseClusterVersion(in.readInt());
      case READMIT -> new Readmit(new NodeId(in.readFixed64()), in.readFlag());
      case NODE_REPLACED -> ReadmissionCodec.readNodeReplaced(in);
      case REFILL -> new Refill(new NodeId(in.readFixed64()), in.readInt(), in.readVarint());
      case FILLED -> ReadmissionCodec.readFilled(in);
      case REQUESTED -> readRequested(in, format);
      case CREATE_JOIN_TOKEN -> JoinTokensCodec.readCreation(in);
      case DROP_JOIN_TOKEN -> new DropJoinToken(in.readString());
      case DROP_TENANT -> new DropTenant(in.readString(), in.readInt());
      case TRUNCATE_TENANT -> new TruncateTenant(in.readString(), in.readInt());
      case CLOSE_FOR_RESTORE -> {
        String name = in.readString();
        int replicas = in.readInt();
        TenantSettings said = TenantSettingsCodec.read(in, true);
        yield new CloseForRestore(name, RegionsCodec.read(in, replicas, true), said);
      }
      case TAKE_FOR_RESTORE -> {
        String name = in.readString();
        List<AtEpoch> lookedAt = readPartitions(in);
        yield new TakeForRestore(name, in.readFixed64(), lookedAt);
      }
      case FINISH_RESTORE -> {
        String name = in.readString();
        int tenantId = in.readInt();
        int replicas = in.readInt();
        TenantSettings said = TenantSettingsCodec.read(in, true);
        yield new FinishRestore(name, tenantId, RegionsCodec.read(in, replicas, true), said);
      }
      case GIVE_UP_RESTORE -> new GiveUpRestore(in.readString(), in.readFixed64());
      case CutCodec.BEGIN_CUT,
          CutCodec.BEGIN_PAST_CUT,
          CutCodec.REARM_CUT,
          CutCodec.CLOSE_CUT,
          CutCodec.SEAL_CUT,
          CutCodec.END_CUT,
          CutCodec.END_CUT_BEFORE_HISTORY ->
          CutCodec.read(in, kind);
      default -> WishCodec.read(in, kind, format >= WITH_JOIN_TOKENS);
    };
  }

  /** With what is asked for, in which there is no other request. */
  private static Requested readRequested(ByteReader in, int format) {
    RequestKey request = new RequestKey(in.readFixed64(), in.readFixed64());
    long content = in.readFixed64();
    long expectedStateVersion = in.readVarint();
    LimitChange limits = readLimits(in, format);
    int kind = in.readByte();
    if (kind == REQUESTED) {
      throw in.malformed("a request within a request");
    }
    return new Requested(request, content, expectedStateVersion, limits, read(in, kind, format));
  }

  private static @Nullable LimitChange readLimits(ByteReader in, int format) {
    if (in.readInt(1) == 0) {
      return null;
    }
    if (WishCodec.read(in, in.readByte(), format >= WITH_JOIN_TOKENS)
        instanceof LimitChange limits) {
      return limits;
    }
    throw in.malformed("limits of a request that are another command");
  }

  private static void writeNodeStarted(ByteWriter out, NodeStarted started, int format) {
    out.writeByte(NODE_STARTED);
    out.writeFixed64(started.id().value());
    out.writeString(started.address());
    out.writeString(started.region());
    out.writeString(started.zone());
    out.writeFixed64(Double.doubleToLongBits(started.weight()));
    out.writeInt(started.incarnation());
    ReleaseCodec.write(out, started.release());
    if (format >= WITH_NAMES) {
      out.writeString(started.name());
    }
    if (format >= WITH_CLIENT_ADDRESSES) {
      out.writeString(started.clientAddress());
    }
  }

  private static NodeStarted readNodeStarted(ByteReader in, int format) {
    return new NodeStarted(
        new NodeId(in.readFixed64()),
        in.readString(),
        in.readString(),
        in.readString(),
        Double.longBitsToDouble(in.readFixed64()),
        in.readInt(),
        ReleaseCodec.read(in),
        format >= WITH_NAMES ? in.readString() : "",
        format >= WITH_CLIENT_ADDRESSES ? in.readString() : "");
  }

  private static void writePurge(ByteWriter out, int kind, List<AtEpoch> partitions, long mark) {
    out.writeByte(kind);
    writePartitions(out, partitions);
    out.writeFixed64(mark);
  }

  private static void writePartitions(ByteWriter out, List<AtEpoch> partitions) {
    out.writeVarint(partitions.size());
    for (AtEpoch each : partitions) {
      out.writeInt(each.partition());
      out.writeVarint(each.epoch());
    }
  }

  private static List<AtEpoch> readPartitions(ByteReader in) {
    int count = in.readCount();
    List<AtEpoch> partitions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      partitions.add(new AtEpoch(in.readInt(), in.readVarint()));
    }
    return partitions;
  }
}
