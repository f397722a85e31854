package io.quorate.client.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.ChangeAccessRequest;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetCallerResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Users, roles and grants are asked for and changed as the caller says. */
class AccessTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final QuorateClient client = cluster.client();
  private final Access access = Administration.of(client).access();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void aClientIsToldAsWhomItIsKnown() {
    cluster.access.identity =
        GetCallerResponse.newBuilder()
            .setUser("reports")
            .setKnown(true)
            .addRoles("reader")
            .addGrants(
                io.quorate.proto.v1.Grant.newBuilder()
                    .addActions(io.quorate.proto.v1.Action.ACTION_READ)
                    .addActions(io.quorate.proto.v1.Action.ACTION_SCAN)
                    .setTenant("orders")
                    .setPrefix(ByteString.copyFromUtf8("eu/")))
            .setEnforced(true)
            .setStateVersion(7)
            .build();
    CallerIdentity expected =
        CallerIdentity.builder()
            .user("reports")
            .known(true)
            .roles(List.of("reader"))
            .grants(List.of(Grant.of(Action.SCAN, Action.READ).tenant("orders").prefix("eu/")))
            .enforced(true)
            .stateVersion(7)
            .build();
    assertThat(access.whoAmI()).isEqualTo(expected).isEqualTo(expected.toBuilder().build());
  }

  @Test
  void whatIsChangedIsListed() {
    access.createUser("reports", List.of("reader"));
    access.createRole("eu");
    access.giveRole("reports", "eu");
    access.takeRole("reports", "reader");
    Grant orders = Grant.of(Action.READ).tenant("orders").prefix(new byte[] {(byte) 0xff, 1});
    access.grant(Grantee.role("eu"), orders);
    access.grant(Grantee.user("reports"), Grant.of(Set.of(Action.MONITOR, Action.LOCK)));
    assertThat(access.users())
        .containsExactly(
            User.of("reports", List.of("eu"), List.of(Grant.of(Action.LOCK, Action.MONITOR))));
    assertThat(access.roles()).containsExactly(Role.of("eu", List.of(orders), false));

    access.revoke(Grantee.role("eu"), orders);
    access.revoke(Grantee.user("reports"), Grant.of(Action.LOCK, Action.MONITOR));
    assertThat(access.users()).containsExactly(User.of("reports", List.of("eu"), List.of()));
    assertThat(access.roles()).containsExactly(Role.of("eu", List.of(), false));

    access.dropUser("reports");
    assertThat(access.dropRole("eu")).isEqualTo(AccessChange.of(10, List.of()));
    assertThat(access.users()).isEmpty();
    assertThat(access.roles()).isEmpty();
  }

  @Test
  void allActionsTravel() {
    access.createRole("all");
    access.grant(Grantee.role("all"), Grant.of(List.of(Action.values())));
    assertThat(access.roles().get(0).grants().get(0).actions()).containsExactly(Action.values());
    assertThat(cluster.access.changes.get(1).getGrant().getGrant().getActionsList())
        .containsExactlyElementsOf(
            Stream.of(io.quorate.proto.v1.Action.values())
                .filter(each -> each != io.quorate.proto.v1.Action.ACTION_UNSPECIFIED)
                .filter(each -> each != io.quorate.proto.v1.Action.UNRECOGNIZED)
                .toList());
  }

  /** A node of a newer release may grant what this library has no word for. */
  @Test
  void actionsThatAreNotKnownAreLeftOut() {
    cluster.access.put(
        io.quorate.proto.v1.Role.newBuilder()
            .setName("newer")
            .setBuiltIn(true)
            .addGrants(
                io.quorate.proto.v1.Grant.newBuilder()
                    .addActionsValue(1000)
                    .addActions(io.quorate.proto.v1.Action.ACTION_READ)
                    .setTenant("*"))
            .addGrants(io.quorate.proto.v1.Grant.newBuilder().addActionsValue(1000).setTenant("*"))
            .build());
    assertThat(access.roles())
        .containsExactly(Role.of("newer", List.of(Grant.of(Action.READ)), true));
  }

  @Test
  void aChangeIsSentAgainUnderItsIdUntilItsOutcomeIsKnown() {
    cluster.access.refusal = refused(Reason.REASON_OUTCOME_UNKNOWN);
    CompletableFuture<AccessChange> created =
        Administration.of(client).asyncAccess().createUser("reports", List.of());
    await().until(() -> cluster.access.changes.size() >= 4);
    cluster.access.refusal = null;
    assertThat(created.join().stateVersion()).isPositive();
    assertThat(cluster.access.changes.stream().map(ChangeAccessRequest::getRequestId).distinct())
        .singleElement()
        .matches(id -> id.size() == 16);
    access.dropUser("reports");
    assertThat(cluster.access.changes.stream().map(ChangeAccessRequest::getRequestId).distinct())
        .hasSize(2);
  }

  @Test
  void whatIsNotGrantedIsDeniedByTheFirstNodeThatIsAsked() {
    cluster.access.refusal = refused(Reason.REASON_PERMISSION_DENIED);
    assertThatThrownBy(() -> access.grant(Grantee.user("reports"), Grant.of(Action.READ)))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContainingAll("grant to user 'reports'", "told so");
    assertThat(cluster.access.changes).hasSize(1);
    assertThatThrownBy(access::users)
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContainingAll("list of users", "told so");
  }

  /** Something on the way to the node, or before it, that says no more than that. */
  @Test
  void aStatusAloneDeniesToo() {
    for (Status status : List.of(Status.PERMISSION_DENIED, Status.UNAUTHENTICATED)) {
      cluster.access.changes.clear();
      cluster.access.refusal = status.withDescription("not you").asRuntimeException();
      assertThatThrownBy(() -> access.dropUser("reports"))
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContainingAll("dropping of user 'reports'", "not you");
      assertThat(cluster.access.changes).hasSize(1);
    }
  }

  @Test
  void aDenialAfterAnAttemptOfUnknownOutcomeDoesNotSayThatNothingWasChanged() {
    cluster.access.refusal = refused(Reason.REASON_OUTCOME_UNKNOWN);
    CompletableFuture<AccessChange> dropped =
        Administration.of(client).asyncAccess().dropUser("reports");
    await().until(() -> !cluster.access.changes.isEmpty());
    cluster.access.refusal = refused(Reason.REASON_PERMISSION_DENIED);
    assertThatThrownBy(dropped::join).hasCauseInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void namesThatNoneCanHaveAreRefusedBeforeAnythingIsSent() {
    String huge = "x".repeat(70_000) + "\n";
    Grant all = Grant.of(Action.READ);
    List<ThrowableAssert.ThrowingCallable> calls =
        List.of(
            () -> access.createUser(huge, List.of()),
            () -> access.createUser("u", List.of(huge)),
            () -> access.dropUser(huge),
            () -> access.createRole(huge),
            () -> access.dropRole(huge),
            () -> access.giveRole("u", huge),
            () -> access.takeRole(huge, "r"),
            () -> access.grant(Grantee.role(huge), all),
            () -> access.revoke(Grantee.user("u"), all.tenant(huge)));
    for (ThrowableAssert.ThrowingCallable each : calls) {
      assertThatThrownBy(each)
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("names have 1 to ")
          .satisfies(
              failure ->
                  assertThat(failure.getMessage()).hasSizeLessThan(500).doesNotContain("\n"));
    }
    assertThat(cluster.access.changes).isEmpty();
    assertThatThrownBy(() -> Grant.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  private static StatusRuntimeException refused(Reason reason) {
    return FakeNode.refusal(
        Failure.newBuilder().setReason(reason).setMessage("told so").build(),
        reason == Reason.REASON_PERMISSION_DENIED
            ? Status.Code.PERMISSION_DENIED
            : Status.Code.UNKNOWN);
  }
}
