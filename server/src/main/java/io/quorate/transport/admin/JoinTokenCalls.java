package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.JoinToken;
import io.quorate.cluster.JoinTokenText;
import io.quorate.proto.v1.CreateJoinTokenRequest;
import io.quorate.proto.v1.CreateJoinTokenResponse;
import io.quorate.proto.v1.DropJoinTokenRequest;
import io.quorate.proto.v1.DropJoinTokenResponse;
import io.quorate.proto.v1.ListJoinTokensResponse;
import io.quorate.replication.api.Failure;
import java.util.function.Consumer;

/**
 * What operators do with join tokens.
 *
 * @param nowMillis since 1970
 */
record JoinTokenCalls(ClusterAdmin admin, long nowMillis) {
  private static final long TTL_MILLIS_USUAL = 3_600_000;

  /**
   * Has the cluster take a token that was made just now.
   *
   * @param made known to this call alone: the cluster learns its hash, and the caller is told it
   */
  void create(
      ClusterState state,
      CreateJoinTokenRequest request,
      JoinTokenText made,
      long deadlineNanos,
      Consumer<CreateJoinTokenResponse> done,
      Consumer<Failure> failed) {
    long ttlMillis = request.getTtlMs() == 0 ? TTL_MILLIS_USUAL : request.getTtlMs();
    JoinToken.checkTtl(ttlMillis);
    int uses = request.getUses() == 0 ? 1 : request.getUses();
    CreateJoinToken command =
        new CreateJoinToken(made.id(), made.hash(), nowMillis + ttlMillis, uses, nowMillis);
    OperatorRequest.of(
            admin,
            RequestTerms.NONE,
            known -> command,
            deadlineNanos,
            accepted ->
                done.accept(
                    CreateJoinTokenResponse.newBuilder()
                        .setToken(
                            io.quorate.proto.v1.JoinToken.newBuilder()
                                .setId(made.id())
                                .setExpiresAtMs(command.expiresMillis())
                                .setUsesLeft(uses))
                        .setText(made.text())
                        .addAllWarnings(accepted.warnings())
                        .build()),
            failed)
        .run(state);
  }

  ListJoinTokensResponse list(ClusterState state) {
    ListJoinTokensResponse.Builder response = ListJoinTokensResponse.newBuilder();
    for (JoinToken token : state.joinTokens().byId().values()) {
      if (!token.isExpired(nowMillis)) {
        response.addTokens(
            io.quorate.proto.v1.JoinToken.newBuilder()
                .setId(token.id())
                .setExpiresAtMs(token.expiresMillis())
                .setUsesLeft(token.usesLeft()));
      }
    }
    return response.build();
  }

  void drop(
      ClusterState state,
      DropJoinTokenRequest request,
      long deadlineNanos,
      Consumer<DropJoinTokenResponse> done,
      Consumer<Failure> failed) {
    RequestTerms terms =
        RequestTermsCodec.read(
            request.getRequestId(), 0, request.toBuilder().clearRequestId().build());
    OperatorRequest.of(
            admin,
            terms,
            known -> new DropJoinToken(request.getId()),
            deadlineNanos,
            accepted ->
                done.accept(
                    DropJoinTokenResponse.newBuilder().addAllWarnings(accepted.warnings()).build()),
            failed)
        .run(state);
  }
}
