package io.quorate.cluster.codec;

import io.quorate.access.AccessRules;
import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.LaterFormatException;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.Change;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Departed;
import io.quorate.cluster.GroupRecovery;
import io.quorate.cluster.JoinTokens;
import io.quorate.cluster.Member;
import io.quorate.cluster.TenantIds;
import io.quorate.model.ByteFormat;
import io.quorate.model.ClusterId;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Cut;
import io.quorate.placement.DroppedTenants;
import io.quorate.placement.Loss;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state as bytes: what a genesis hands over and a Raft snapshot holds. Format (1 byte),
 * cluster, cluster version, state version, members by id, tenants by name, partitions by number; a
 * partition names members by their place among the members.
 */
public final class ClusterStateCodec {
  /** From this format on members have names. */
  private static final int WITH_NAMES = ByteFormat.CLUSTER_STATE.at(Member.NAMED_FROM_VERSION);

  /** From this format on members may have another address for clients. */
  private static final int WITH_CLIENT_ADDRESSES =
      ByteFormat.CLUSTER_STATE.at(Member.CLIENT_ADDRESS_FROM_VERSION);

  /** From this format on each tenant ends with its settings that the first version lacks. */
  private static final int WITH_LATER_SETTINGS = ByteFormat.CLUSTER_STATE.at(2);

  private static final int ACTIVE = 1;
  private static final int READMITTING = 2;
  private static final int READMITTING_DESPITE_LOSS = 3;
  private static final int SPARE = 4;
  private static final int JOINING = 5;
  private static final int LEAVING = 6;

  /** From cluster version 2 on: {@link Member#SPARES_READMITTED_FROM_VERSION}. */
  private static final int READMITTING_SPARE = 7;

  private ClusterStateCodec() {}

  /** Writes a state at its own cluster version. Equal states give equal bytes. */
  public static byte[] encode(ClusterState state) {
    ByteWriter out = new ByteWriter();
    int format = ByteFormat.CLUSTER_STATE.at(state.clusterVersion());
    boolean later = format >= WITH_LATER_SETTINGS;
    out.writeByte(format);
    out.writeFixed64(state.clusterId().value());
    out.writeVarint(state.clusterVersion());
    out.writeVarint(state.stateVersion());
    out.writeVarint(state.members().size());
    Map<NodeId, Integer> places = new HashMap<>();
    for (Member member : state.members().values()) {
      places.put(member.id(), places.size());
      writeMember(out, member, format);
    }
    out.writeVarint(state.tenantIds().next());
    out.writeVarint(state.tenants().size());
    state.tenants().values().forEach(tenant -> writeTenant(out, tenant, later));
    out.writeVarint(state.partitions().size());
    for (PartitionPlacement partition : state.partitions()) {
      MoveCodec.write(out, partition, places);
    }
    ChangeCodec.write(out, state.change(), places);
    RecoveryCodec.write(out, state.recoveries());
    LossCodec.write(out, state.losses());
    writeDeparted(out, state.departed());
    if (later) {
      LockKeepersCodec.write(out, state.locks());
      AccessCodec.write(out, state.access());
      JoinTokensCodec.write(out, state.joinTokens());
      DroppedTenantsCodec.write(out, state.tenantIds().dropped());
      CutCodec.writeIfAny(out, state.cut());
    }
    return out.toBytes();
  }

  /** Reads what {@link #encode} wrote of a state at any version that this code works at. */
  public static ClusterState decode(byte[] bytes) {
    return decode(bytes, Release.NEWEST_VERSION);
  }

  /**
   * Reads what {@link #encode} wrote, as a release does that works at versions up to this one.
   *
   * @throws LaterFormatException if the state was written at a later version
   * @throws MalformedBytesException if the bytes are anything else
   */
  public static ClusterState decode(byte[] bytes, int newestVersion) {
    ByteReader in = new ByteReader("a cluster state", bytes);
    try {
      int format = in.readFormat(ByteFormat.CLUSTER_STATE, newestVersion);
      boolean later = format >= WITH_LATER_SETTINGS;
      ClusterId clusterId = new ClusterId(in.readFixed64());
      int clusterVersion = readVersion(in, format);
      long stateVersion = in.readVarint();
      SortedMap<NodeId, Member> members = readMembers(in, format);
      int nextTenantId = in.readInt(Integer.MAX_VALUE);
      SortedMap<String, Tenant> tenants = readTenants(in, later);
      List<NodeId> known = List.copyOf(members.keySet());
      List<PartitionPlacement> partitions = readPartitions(in, known);
      Change change = ChangeCodec.read(in, known);
      List<GroupRecovery> recoveries = RecoveryCodec.read(in);
      SortedMap<Integer, Loss> losses = LossCodec.read(in);
      Departed departed = readDeparted(in);
      LockKeepers locks = later ? LockKeepersCodec.read(in) : LockKeepers.NONE;
      AccessRules access = later ? AccessCodec.readRules(in) : AccessRules.NONE;
      JoinTokens joinTokens = later ? JoinTokensCodec.read(in) : JoinTokens.NONE;
      DroppedTenants dropped = later ? DroppedTenantsCodec.read(in) : DroppedTenants.NONE;
      Cut cut = later ? CutCodec.readIfAny(in) : Cut.NONE;
      in.expectEnd();
      return new ClusterState(
          clusterId,
          clusterVersion,
          stateVersion,
          members,
          tenants,
          new TenantIds(nextTenantId, dropped),
          partitions,
          change,
          recoveries,
          losses,
          departed,
          locks,
          access,
          joinTokens,
          cut);
    } catch (IllegalArgumentException impossible) {
      throw in.malformed(impossible);
    }
  }

  /** A state is written at its own version, and not at any other. */
  private static int readVersion(ByteReader in, int format) {
    int version = in.readInt(Integer.MAX_VALUE);
    if (version < 1 || ByteFormat.CLUSTER_STATE.at(version) != format) {
      throw in.malformed("a state of cluster version %d in format %d".formatted(version, format));
    }
    return version;
  }

  private static void writeDeparted(ByteWriter out, Departed departed) {
    out.writeVarint(departed.nodes().size());
    departed.nodes().forEach(node -> out.writeFixed64(node.value()));
  }

  private static Departed readDeparted(ByteReader in) {
    int count = in.readCount();
    List<NodeId> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeId(in.readFixed64()));
    }
    return new Departed(nodes);
  }

  private static void writeMember(ByteWriter out, Member member, int format) {
    out.writeFixed64(member.id().value());
    out.writeString(member.address());
    out.writeString(member.region());
    out.writeString(member.zone());
    out.writeFixed64(Double.doubleToLongBits(member.weight()));
    out.writeVarint(member.incarnation());
    ReleaseCodec.write(out, member.release());
    out.writeByte(
        switch (member.state()) {
          case ACTIVE -> ACTIVE;
          case READMITTING -> READMITTING;
          case READMITTING_DESPITE_LOSS -> READMITTING_DESPITE_LOSS;
          case READMITTING_SPARE -> READMITTING_SPARE;
          case SPARE -> SPARE;
          case JOINING -> JOINING;
          case LEAVING -> LEAVING;
        });
    out.writeFlag(member.down());
    if (format >= WITH_NAMES) {
      out.writeString(member.name());
    }
    if (format >= WITH_CLIENT_ADDRESSES) {
      out.writeString(member.clientAddress());
    }
  }

  private static SortedMap<NodeId, Member> readMembers(ByteReader in, int format) {
    SortedMap<NodeId, Member> members = new TreeMap<>();
    int count = in.readCount();
    for (int i = 0; i < count; i++) {
      Member member =
          new Member(
              new NodeId(in.readFixed64()),
              in.readString(),
              in.readString(),
              in.readString(),
              Double.longBitsToDouble(in.readFixed64()),
              in.readInt(Integer.MAX_VALUE),
              ReleaseCodec.read(in),
              readMemberState(in),
              in.readFlag(),
              format >= WITH_NAMES ? in.readString() : "",
              format >= WITH_CLIENT_ADDRESSES ? in.readString() : "");
      if (!members.isEmpty() && members.lastKey().compareTo(member.id()) >= 0) {
        throw in.malformed("node %s out of order".formatted(member.id()));
      }
      members.put(member.id(), member);
    }
    return members;
  }

  private static Member.State readMemberState(ByteReader in) {
    int state = in.readByte();
    return switch (state) {
      case ACTIVE -> Member.State.ACTIVE;
      case READMITTING -> Member.State.READMITTING;
      case READMITTING_DESPITE_LOSS -> Member.State.READMITTING_DESPITE_LOSS;
      case READMITTING_SPARE -> Member.State.READMITTING_SPARE;
      case SPARE -> Member.State.SPARE;
      case JOINING -> Member.State.JOINING;
      case LEAVING -> Member.State.LEAVING;
      default -> throw in.malformed("unknown state of a node " + state);
    };
  }

  private static void writeTenant(ByteWriter out, Tenant tenant, boolean later) {
    out.writeVarint(tenant.id());
    out.writeString(tenant.name());
    out.writeVarint(tenant.replicationFactor());
    TenantSettingsCodec.write(out, tenant);
    writeAlterations(out, tenant.replication());
    if (later) {
      TenantSettingsCodec.writeLater(out, tenant.settings());
      tenant.replication().all().forEach(factor -> RegionsCodec.write(out, factor, true));
    }
  }

  private static void writeAlterations(ByteWriter out, Replication replication) {
    out.writeVarint(replication.alterations().size());
    for (Replication.Alteration each : replication.alterations()) {
      out.writeVarint(each.since());
      out.writeVarint(each.factor().replicas());
    }
  }

  private static Replication readAlterations(ByteReader in, int factor) {
    List<Replication.Alteration> alterations = new ArrayList<>();
    for (int left = in.readCount(); left > 0; left--) {
      alterations.add(new Replication.Alteration(in.readVarint(), in.readInt(Integer.MAX_VALUE)));
    }
    return new Replication(factor, alterations);
  }

  private static SortedMap<String, Tenant> readTenants(ByteReader in, boolean later) {
    SortedMap<String, Tenant> tenants = new TreeMap<>();
    int count = in.readCount();
    for (int i = 0; i < count; i++) {
      Tenant tenant =
          new Tenant(
              in.readInt(Integer.MAX_VALUE),
              in.readString(),
              in.readInt(Integer.MAX_VALUE),
              TenantSettingsCodec.readOfTenant(in));
      tenant = tenant.with(readAlterations(in, tenant.replicationFactor()));
      if (later) {
        tenant = withLater(in, tenant);
      }
      if (!tenants.isEmpty() && tenants.lastKey().compareTo(tenant.name()) >= 0) {
        throw in.malformed("tenant '%s' out of order".formatted(tenant.name()));
      }
      tenants.put(tenant.name(), tenant);
    }
    return tenants;
  }

  private static Tenant withLater(ByteReader in, Tenant tenant) {
    TenantSettings settings = TenantSettingsCodec.readLater(in, TenantSettings.NONE);
    Tenant complete = tenant.with(settings);
    if (!complete.settings().said().containsAll(settings.said())) {
      throw in.malformed("tenant '%s': a setting that is as usual".formatted(tenant.name()));
    }
    return complete.with(withRegions(in, complete.replication()));
  }

  private static Replication withRegions(ByteReader in, Replication plain) {
    ReplicationFactor factor = RegionsCodec.read(in, plain.factor().replicas(), true);
    List<Replication.Alteration> alterations = new ArrayList<>();
    for (Replication.Alteration each : plain.alterations()) {
      alterations.add(
          new Replication.Alteration(
              each.since(), RegionsCodec.read(in, each.factor().replicas(), true)));
    }
    return new Replication(factor, alterations);
  }

  private static List<PartitionPlacement> readPartitions(ByteReader in, List<NodeId> members) {
    int count = in.readCount();
    List<PartitionPlacement> partitions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      partitions.add(MoveCodec.read(in, members));
    }
    return partitions;
  }
}
