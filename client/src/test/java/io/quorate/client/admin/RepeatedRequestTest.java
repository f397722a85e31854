package io.quorate.client.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A request for a change of the topology is sent again under one id, until its outcome is known.
 */
class RepeatedRequestTest {
  private static final UUID ID = UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f");

  private final FakeCluster cluster = new FakeCluster(3);
  private final QuorateClient client = cluster.client();

  /** Attempts of all nodes together. */
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void anOutcomeThatIsNotKnownIsAskedForAtAnotherNode() {
    answers(attempt -> attempt == 1 ? fails(Reason.REASON_OUTCOME_UNKNOWN) : accepted(7));

    assertThat(
            Administration.of(client)
                .cluster()
                .changeTopology(TopologyChange.rebalance())
                .changeId())
        .isEqualTo(7);
    assertThat(asked()).hasSize(2);
    assertThat(asked().stream().map(ChangeTopologyRequest::getRequestId).distinct()).hasSize(1);
    assertThat(asked().get(0).getRequestId().size()).isEqualTo(16);
    assertThat(cluster.nodes.stream().filter(node -> !node.changesAsked.isEmpty())).hasSize(2);
  }

  @Test
  void aNodeThatDoesNotAnswerLeavesTimeForAnother() {
    answers(attempt -> attempt == 1 ? null : accepted(7));

    assertThat(Administration.of(client).asyncCluster().changeTopology(TopologyChange.rebalance()))
        .succeedsWithin(Duration.ofSeconds(10))
        .extracting(TopologyChangeResult::changeId)
        .isEqualTo(7L);
  }

  /** It may be about what the first attempt left behind: the node that was to leave has left. */
  @Test
  void aRefusalAfterAnAttemptOfUnknownOutcomeDoesNotSayThatNothingWasChanged() {
    answers(attempt -> fails(attempt == 1 ? Reason.REASON_OUTCOME_UNKNOWN : Reason.REASON_INVALID));

    assertThatThrownBy(
            () -> Administration.of(client).cluster().changeTopology(TopologyChange.remove("a")))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContainingAll("an earlier attempt may have been applied", "told so");
    answers(attempt -> fails(Reason.REASON_INVALID));
    assertThatThrownBy(
            () -> Administration.of(client).cluster().changeTopology(TopologyChange.remove("a")))
        .isInstanceOf(InvalidRequestException.class);
  }

  /** By its id the cluster knows all attempts for one, so the first did not take effect either. */
  @Test
  void aRefusalThatTheClusterHasDecidedHoldsForAllAttempts() {
    for (Reason refusal :
        List.of(
            Reason.REASON_FAILED_PRECONDITION,
            Reason.REASON_INVALID,
            Reason.REASON_UNKNOWN_TENANT)) {
      answers(
          attempt -> {
            if (attempt == 1) {
              return fails(Reason.REASON_OUTCOME_UNKNOWN);
            }
            throw failure(refusal, true);
          });
      assertThatThrownBy(
              () -> Administration.of(client).cluster().changeTopology(TopologyChange.remove("a")))
          .isInstanceOf(QuorateException.class)
          .isNotInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("told so");
    }
    answers(attempt -> fails(Reason.REASON_FAILED_PRECONDITION));
    assertThatThrownBy(
            () -> Administration.of(client).cluster().changeTopology(TopologyChange.remove("a")))
        .isInstanceOf(FailedPreconditionException.class);
    assertThat(attempts).hasValue(1);
  }

  /** All nodes restart after the first has taken the request: it is asked until one is back. */
  @Test
  void nodesThatAreAllGoneAfterAnAttemptOfUnknownOutcomeAreAskedAgain() {
    answers(
        attempt -> {
          if (attempt == 1) {
            return fails(Reason.REASON_OUTCOME_UNKNOWN);
          }
          if (attempt < 10) {
            throw Status.UNIMPLEMENTED.asRuntimeException();
          }
          return accepted(7);
        });
    assertThat(
            Administration.of(client)
                .cluster()
                .changeTopology(TopologyChange.rebalance())
                .changeId())
        .isEqualTo(7);
  }

  @Test
  void whereNoOutcomeIsHeardInTimeItIsUnknown() {
    answers(attempt -> fails(Reason.REASON_OUTCOME_UNKNOWN));
    try (QuorateClient hasty =
        QuorateClient.builder()
            .endpoints(cluster.endpoints())
            .timeout(Duration.ofSeconds(3))
            .build()) {
      assertThatThrownBy(
              () -> Administration.of(hasty).cluster().changeTopology(TopologyChange.rebalance()))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("may have been applied");
    }
    assertThat(asked()).hasSizeGreaterThan(1);
  }

  /** Nothing tells its retry from a second request. */
  @Test
  void whatCarriesNoIdIsNotRepeated() {
    cluster.nodes.forEach(
        node ->
            node.createScript =
                ask -> {
                  attempts.incrementAndGet();
                  throw failure(Reason.REASON_OUTCOME_UNKNOWN);
                });
    assertThatThrownBy(
            () ->
                Administration.of(client).cluster().createTenant("orders", TenantSettings.DEFAULT))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void eachCallIsARequestOfItsOwnUnlessItsCallerNamesIt() {
    answers(attempt -> accepted(attempt));
    var first = Administration.of(client).cluster().changeTopology(TopologyChange.rebalance());
    var second = Administration.of(client).cluster().changeTopology(TopologyChange.rebalance());
    TopologyChangeOptions named =
        TopologyChangeOptions.DEFAULT.requestId(ID).expectedStateVersion(42);
    var third =
        Administration.of(client).cluster().changeTopology(TopologyChange.rebalance(), named);
    assertThat(List.of(first.changeId(), second.changeId(), third.changeId()))
        .containsExactly(1L, 2L, 3L);
    assertThat(asked().stream().map(ChangeTopologyRequest::getRequestId).distinct()).hasSize(3);
    assertThat(asked())
        .anySatisfy(
            request -> {
              assertThat(hex(request.getRequestId())).isEqualTo("000102030405060708090a0b0c0d0e0f");
              assertThat(request.getExpectedStateVersion()).isEqualTo(42);
            });
  }

  @Test
  void aTenantIsAlteredUnderTheIdThatTheCallerGives() {
    var first =
        Administration.of(client).cluster().alterTenant("orders", TenantSettings.DEFAULT, ID);
    var second = Administration.of(client).cluster().alterTenant("orders", TenantSettings.DEFAULT);
    assertThat(second).isEqualTo(first);
    assertThat(cluster.nodes.stream().flatMap(node -> node.alterationsAsked.stream()))
        .hasSize(2)
        .anySatisfy(asked -> assertThat(hex(asked.getRequestId())).startsWith("00010203"))
        .anySatisfy(asked -> assertThat(hex(asked.getRequestId())).doesNotStartWith("00010203"));
  }

  @Test
  void cancellationsAndLimitsAreRequestsToo() {
    TopologyChangeOptions named =
        TopologyChangeOptions.DEFAULT.requestId(ID).expectedStateVersion(42);
    assertThatThrownBy(() -> Administration.of(client).cluster().cancelTopologyChange(named))
        .isInstanceOf(FailedPreconditionException.class);
    var unused =
        Administration.of(client)
            .cluster()
            .limitTopologyChange(ChangeLimits.UNCHANGED.paused(true), named);
    assertThat(cluster.nodes)
        .anySatisfy(
            node ->
                assertThat(node.topologyAsked)
                    .anySatisfy(
                        asked ->
                            assertThat(asked)
                                .isInstanceOfSatisfying(
                                    CancelTopologyChangeRequest.class,
                                    cancel -> {
                                      assertThat(hex(cancel.getRequestId())).startsWith("000102");
                                      assertThat(cancel.getExpectedStateVersion()).isEqualTo(42);
                                    })));
    assertThat(cluster.nodes.stream().flatMap(node -> node.limitsAsked.stream()))
        .singleElement()
        .satisfies(
            limit -> {
              assertThat(hex(limit.getRequestId())).startsWith("000102");
              assertThat(limit.getExpectedStateVersion()).isEqualTo(42);
            });
    assertThatThrownBy(() -> TopologyChangeOptions.DEFAULT.expectedStateVersion(-1))
        .hasMessageContaining("at least 0");
  }

  private void answers(Function<Integer, @Nullable ChangeTopologyResponse> script) {
    attempts.set(0);
    cluster.nodes.forEach(
        node -> node.changeScript = ask -> script.apply(attempts.incrementAndGet()));
  }

  private List<ChangeTopologyRequest> asked() {
    return cluster.nodes.stream().flatMap(node -> node.changesAsked.stream()).toList();
  }

  private static ChangeTopologyResponse accepted(long changeId) {
    return ChangeTopologyResponse.newBuilder().setChangeId(changeId).build();
  }

  private static ChangeTopologyResponse fails(Reason reason) {
    throw failure(reason);
  }

  private static io.grpc.StatusRuntimeException failure(Reason reason) {
    return failure(reason, false);
  }

  private static io.grpc.StatusRuntimeException failure(Reason reason, boolean decided) {
    return FakeNode.refusal(
        Failure.newBuilder()
            .setReason(reason)
            .setDecided(decided)
            .setMessage("told so")
            .setMayHaveApplied(reason == Reason.REASON_OUTCOME_UNKNOWN)
            .build(),
        Status.Code.UNKNOWN);
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
