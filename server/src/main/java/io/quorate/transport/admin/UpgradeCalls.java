package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Member;
import io.quorate.proto.v1.FinalizeUpgradeRequest;
import io.quorate.proto.v1.FinalizeUpgradeResponse;
import io.quorate.proto.v1.GetUpgradeStatusResponse;
import io.quorate.proto.v1.NodeRelease;
import io.quorate.replication.api.Failure;
import io.quorate.transport.codec.admin.AdminCodec;
import java.util.function.Consumer;

/** What operators ask about an upgrade, and how they finalize it. */
record UpgradeCalls(ClusterAdmin admin) {

  GetUpgradeStatusResponse status(ClusterState state) {
    GetUpgradeStatusResponse.Builder response =
        GetUpgradeStatusResponse.newBuilder()
            .setClusterVersion(state.clusterVersion())
            .setHighestClusterVersion(state.highestClusterVersion())
            .setOpenMs(admin.upgradeOpenMillis());
    for (Member member : state.members().values()) {
      response.addNodes(
          NodeRelease.newBuilder()
              .setId(member.id().value())
              .setAddress(member.addressForClients())
              .setRelease(AdminCodec.release(member.release()))
              .setState(StatusCodec.state(admin.seen(member.id()))));
    }
    return response.build();
  }

  /** To raise the version to where it is changes nothing, so a retry needs no request id. */
  void finish(
      ClusterState state,
      FinalizeUpgradeRequest request,
      long deadlineNanos,
      Consumer<FinalizeUpgradeResponse> done,
      Consumer<Failure> failed) {
    if (request.getClusterVersion() < 1) {
      throw new IllegalArgumentException(
          "cluster_version %s: give the version that the cluster is to work at, at least 1"
              .formatted(Integer.toUnsignedString(request.getClusterVersion())));
    }
    OperatorRequest.of(
            admin,
            RequestTerms.NONE,
            known -> new RaiseClusterVersion(request.getClusterVersion()),
            deadlineNanos,
            accepted ->
                done.accept(
                    FinalizeUpgradeResponse.newBuilder()
                        .setClusterVersion(request.getClusterVersion())
                        .addAllWarnings(accepted.warnings())
                        .build()),
            failed)
        .run(state);
  }
}
