package io.quorate.transport.admin;

import io.grpc.stub.StreamObserver;
import io.quorate.access.AccessRules;
import io.quorate.access.BuiltInRoles;
import io.quorate.access.Grant;
import io.quorate.access.LoginSecret;
import io.quorate.access.User;
import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.ChangeAccess;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.ChangeAccessRequest;
import io.quorate.proto.v1.ChangeAccessResponse;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.proto.v1.GetCallerResponse;
import io.quorate.proto.v1.ListRolesRequest;
import io.quorate.proto.v1.ListRolesResponse;
import io.quorate.proto.v1.ListUsersRequest;
import io.quorate.proto.v1.ListUsersResponse;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import io.quorate.replication.api.Failure;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.ClusterCalls;
import io.quorate.transport.access.Caller;
import io.quorate.transport.codec.admin.AccessCodec;
import io.quorate.transport.login.Logins;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;

/** {@code quorate.v1.Access}: users, roles and grants. */
public final class AccessService extends AccessGrpc.AccessImplBase {
  private final ClusterAdmin admin;
  private final ClusterCalls calls;
  private final Logins logins;
  private final SecureRandom secrets = new SecureRandom();

  /**
   * @param logins carries logins out
   */
  public AccessService(ClusterAdmin admin, Lane lane, Clock clock, Logins logins) {
    this.admin = admin;
    this.logins = logins;
    this.calls = new ClusterCalls(admin, lane, clock);
  }

  /** Answered also while the node knows of no cluster: it is asked when something is wrong. */
  @Override
  public void getCaller(GetCallerRequest request, StreamObserver<GetCallerResponse> observer) {
    Caller caller = Caller.ofCall();
    calls.enter(() -> ClusterCalls.succeed(observer, whoIs(caller)));
  }

  @Override
  public StreamObserver<LogInRequest> logIn(StreamObserver<LogInResponse> caller) {
    return logins.logIn(caller);
  }

  private static GetCallerResponse whoIs(Caller caller) {
    AccessRules rules = caller.rules().rules();
    GetCallerResponse.Builder response =
        GetCallerResponse.newBuilder()
            .setUser(caller.user())
            .setKnown(rules.hasUser(caller.user()))
            .addAllRoles(rules.rolesOf(caller.user()))
            .setEnforced(caller.rules().isEnforced())
            .setStateVersion(caller.rules().stateVersion())
            .setLoggedIn(caller.isLoggedIn());
    // Where grants are not looked at, an operator wants to know what would count if they were.
    List<Grant> grants =
        caller.rules().isEnforced() ? caller.permissions().grants() : rules.grantsOf(caller.user());
    return response.addAllGrants(AccessCodec.grants(grants)).build();
  }

  @Override
  public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> caller) {
    calls.answer(
        caller,
        request.getConfirmed(),
        "which users there are",
        state -> {
          ListUsersResponse.Builder response = ListUsersResponse.newBuilder();
          for (User user : state.access().users().values()) {
            response.addUsers(AccessCodec.user(user));
          }
          return response.build();
        });
  }

  @Override
  public void listRoles(ListRolesRequest request, StreamObserver<ListRolesResponse> caller) {
    calls.answer(
        caller,
        request.getConfirmed(),
        "which roles there are",
        state -> {
          ListRolesResponse.Builder response = ListRolesResponse.newBuilder();
          BuiltInRoles.byName()
              .values()
              .forEach(role -> response.addRoles(AccessCodec.role(role, true)));
          state
              .access()
              .roles()
              .values()
              .forEach(role -> response.addRoles(AccessCodec.role(role, false)));
          return response.build();
        });
  }

  @Override
  public void changeAccess(
      ChangeAccessRequest request, StreamObserver<ChangeAccessResponse> caller) {
    calls.carryOut(
        caller,
        (state, deadlineNanos, done, failed) ->
            change(request, state, deadlineNanos, done, failed));
  }

  private void change(
      ChangeAccessRequest request,
      ClusterState state,
      long deadlineNanos,
      Consumer<ChangeAccessResponse> done,
      Consumer<Failure> failed) {
    ChangeAccess command = new ChangeAccess(AccessCodec.change(request, newSecret()));
    RequestTerms terms =
        RequestTermsCodec.read(
            request.getRequestId(), 0, request.toBuilder().clearRequestId().build());
    OperatorRequest.of(
            admin,
            terms,
            known -> command,
            deadlineNanos,
            accepted -> done.accept(changed(accepted.warnings())),
            failed)
        .run(state);
  }

  private LoginSecret newSecret() {
    byte[] random = new byte[LoginSecret.BYTES];
    secrets.nextBytes(random);
    return LoginSecret.of(random);
  }

  private ChangeAccessResponse changed(List<String> warnings) {
    ClusterState state = admin.state();
    return ChangeAccessResponse.newBuilder()
        .setStateVersion(state == null ? 0 : state.stateVersion())
        .addAllWarnings(warnings)
        .build();
  }
}
