package io.quorate.transport;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.proto.v1.ReadmitRequest;
import io.quorate.proto.v1.ReadmitResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An operator's word that a member has lost its disk. */
record ReadmitCall(ClusterAdmin admin, ReadmitRequest request) {

  void run(
      ClusterState state,
      long deadlineNanos,
      Consumer<ReadmitResponse> done,
      Consumer<Failure> failed) {
    Member member = find(state);
    if (member == null) {
      failed.accept(
          invalid(
              "'%s' is neither the id nor the address of a member: see 'quorate cluster status'"
                  .formatted(request.getNode())));
    } else if (admin.seen(member.id()).live() && !request.getThoughLive()) {
      failed.accept(
          invalid(
              ("node %s at %s answers, so it has not lost its disk. If it is to be replaced all the"
                      + " same, stop it first; it is believed to be up for some seconds after that")
                  .formatted(member.id(), member.address())));
    } else {
      admin.propose(
          new Readmit(member.id(), request.getAcceptDataLoss()),
          deadlineNanos,
          outcome -> onOutcome(member, outcome, done, failed));
    }
  }

  private @Nullable Member find(ClusterState state) {
    for (Member member : state.members().values()) {
      if (member.address().equals(request.getNode())
          || member.id().toString().equals(request.getNode())) {
        return member;
      }
    }
    return null;
  }

  private static void onOutcome(
      Member member,
      CommandOutcome outcome,
      Consumer<ReadmitResponse> done,
      Consumer<Failure> failed) {
    switch (outcome) {
      case CommandOutcome.Accepted accepted ->
          done.accept(
              ReadmitResponse.newBuilder()
                  .setNode(member.id().toString())
                  .setAddress(member.address())
                  .build());
      case CommandOutcome.Rejected(String reason) -> failed.accept(invalid(reason));
      case CommandOutcome.Unavailable(String reason) ->
          failed.accept(Failure.refused(Reason.UNAVAILABLE, reason));
      case CommandOutcome.Unknown(String reason) ->
          failed.accept(new Failure(Reason.OUTCOME_UNKNOWN, reason, true, 0, 0, 0, List.of()));
    }
  }

  private static Failure invalid(String why) {
    return Failure.refused(Reason.INVALID, why);
  }
}
