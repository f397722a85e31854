package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.LostNodes;
import io.quorate.admin.NamedMember;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Member;
import io.quorate.proto.v1.ReadmitNodeRequest;
import io.quorate.proto.v1.ReadmitNodeResponse;
import io.quorate.replication.api.Failure;
import java.util.function.Consumer;

/** Takes a member back that, as an operator says, has lost its disk. */
record ReadmitCall(ClusterAdmin admin, ReadmitNodeRequest request) {

  void run(
      ClusterState state,
      long deadlineNanos,
      Consumer<ReadmitNodeResponse> done,
      Consumer<Failure> failed) {
    Member member = NamedMember.get(state, request.getNode());
    Readmit command =
        new LostNodes(admin).readmit(member, request.getForce(), request.getAcceptDataLoss());
    OperatorRequest.of(
            admin,
            RequestTerms.NONE,
            known -> command,
            deadlineNanos,
            accepted ->
                done.accept(
                    ReadmitNodeResponse.newBuilder()
                        .setNode(member.id().value())
                        .setAddress(member.addressForClients())
                        .addAllWarnings(accepted.warnings())
                        .build()),
            failed)
        .run(state);
  }
}
