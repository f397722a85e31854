package io.quorate.transport.codec.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.model.Release;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of {@code quorate.v1.Placement} and {@code quorate.v1.Admin}, by the generated classes.
 */
public final class AdminCodec {
  private AdminCodec() {}

  /**
   * How the metadata group is.
   *
   * @param names of the nodes that reasons tell of
   */
  public static io.quorate.proto.v1.MetadataStatus metadata(
      MetadataStatus status, NodeNames names) {
    io.quorate.proto.v1.MetadataStatus.Builder out =
        io.quorate.proto.v1.MetadataStatus.newBuilder()
            .setTerm(status.term())
            .setCommitIndex(status.commitIndex())
            .setAppliedIndex(status.settledIndex())
            .setStuck(names.in(status.stuck()))
            .setAnnouncementRefused(names.in(status.announcementRefused()));
    if (status.leader() != null) {
      out.setLeader(status.leader().value());
    }
    status.voters().forEach(voter -> out.addVoters(voter.value()));
    status.learners().forEach(learner -> out.addLearners(learner.value()));
    return out.build();
  }

  /**
   * Where keys live.
   *
   * @param knownStateVersion of the same cluster, that the caller has; 0 if it has none
   */
  public static GetPlacementResponse placement(ClusterState state, long knownStateVersion) {
    GetPlacementResponse.Builder out =
        GetPlacementResponse.newBuilder()
            .setClusterId(state.clusterId().value())
            .setStateVersion(state.stateVersion())
            .setClusterVersion(state.clusterVersion());
    if (state.stateVersion() == knownStateVersion) {
      return out.build();
    }
    Map<NodeId, Integer> positions = new HashMap<>(); // only looked up, never walked
    for (Member member : state.members().values()) {
      positions.put(member.id(), positions.size());
      out.addNodes(node(member));
    }
    for (PartitionPlacement partition : state.partitions()) {
      io.quorate.proto.v1.PartitionPlacement.Builder placement =
          out.addPartitionsBuilder().setEpoch(partition.epoch());
      for (NodeId node : readFirst(partition)) {
        placement.addPreferenceList(positions.getOrDefault(node, -1));
      }
    }
    state.tenants().values().forEach(tenant -> out.addTenants(TenantCodec.tenant(tenant)));
    return out.build();
  }

  /** A node as a client needs to know it. */
  public static PlacementNode node(Member member) {
    return PlacementNode.newBuilder()
        .setId(member.id().value())
        .setAddress(member.addressForClients())
        .setRegion(member.region())
        .setZone(member.zone())
        .setName(member.name())
        .build();
  }

  /** The list whose replicas are read first: what clients ask counts by itself then. */
  public static List<NodeId> readFirst(PartitionPlacement partition) {
    Move move = partition.move();
    return move != null && move.step() == Move.Step.CUTOVER
        ? move.other()
        : partition.preferenceList();
  }

  public static io.quorate.proto.v1.Release release(Release release) {
    return io.quorate.proto.v1.Release.newBuilder()
        .setName(release.name())
        .setOldestClusterVersion(release.oldest())
        .setNewestClusterVersion(release.newest())
        .build();
  }
}
