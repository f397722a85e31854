package io.quorate.transport.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.proto.v1.ReadmitNodeRequest;
import io.quorate.proto.v1.ReadmitNodeResponse;
import io.quorate.replication.api.Failure;
import java.util.function.Consumer;

/** An operator's word that a member has lost its disk. */
record ReadmitCall(ClusterAdmin admin, ReadmitNodeRequest request) {

  void run(
      ClusterState state,
      long deadlineNanos,
      Consumer<ReadmitNodeResponse> done,
      Consumer<Failure> failed) {
    Member member = NamedMember.get(state, request.getNode());
    if (admin.seen(member.id()).live() && !request.getForce()) {
      failed.accept(
          Refusals.of(
              RefusalKind.FAILED_PRECONDITION,
              ("node %s at %s answers, so it has not lost its disk. If it is to be replaced all the"
                      + " same, stop it first; it is believed to be up for some seconds after that")
                  .formatted(member.id(), member.address())));
    } else {
      admin.propose(
          new Readmit(member.id(), request.getAcceptDataLoss()),
          deadlineNanos,
          outcome -> {
            Failure failure = Refusals.of(outcome);
            if (failure == null) {
              done.accept(
                  ReadmitNodeResponse.newBuilder()
                      .setNode(member.id().value())
                      .setAddress(member.address())
                      .build());
            } else {
              failed.accept(failure);
            }
          });
    }
  }
}
