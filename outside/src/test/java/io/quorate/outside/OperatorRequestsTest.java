package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.ChangeLimits;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.TopologyChange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What operators ask for takes effect once, also where the node that they asked dies over it. */
@Tag("campaign")
class OperatorRequestsTest {
  private static final Duration AGREED_WITHIN = Duration.ofMinutes(1);

  private static Nodes nodes;

  @BeforeAll
  static void startNodes() {
    nodes = Nodes.onHosts("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1").start();
  }

  @BeforeEach
  void allRun() {
    nodes.all().stream().filter(node -> !node.isAlive()).forEach(Node::start);
    nodes.awaitReady();
  }

  @AfterAll
  static void endNodes() {
    nodes.close();
  }

  /** The node accepts the change, and is killed before its answer arrives. */
  @Test
  void aRequestWhoseNodeDiesBeforeItAnswersIsOneChangeWhenItIsRepeated() throws Exception {
    Node asked = nodes.node(0);
    Node other = nodes.node(1);
    String leaving = nodes.node(3).address();
    assertThat(quorate(other, "cluster", "pause").code()).isZero(); // so that nothing moves
    long before = changeId(other);
    UUID id = UUID.randomUUID();
    ChangeTopologyRequest request =
        ChangeTopologyRequest.newBuilder()
            .setChange(TopologyChange.newBuilder().setRemoveNode(leaving))
            .setRequestId(bytes(id))
            .build();
    try (Way tunnel = new Way(asked.address());
        Admin admin = new Admin(tunnel.address())) {
      assertThat(admin.status().getTopologyChange().getChangeId()).isEqualTo(before);
      tunnel.become(Way.State.ANSWERS_LOST);
      ListenableFuture<ChangeTopologyResponse> answer = admin.begin(request);
      Waiting.until(AGREED_WITHIN, () -> changeId(other) > before, other::lastLines);
      assertThat(answer.isDone()).isFalse();
      asked.kill();
      assertThatThrownBy(() -> answer.get(1, TimeUnit.MINUTES)).isNotNull();
    }
    long change = changeId(other);

    for (Node each : nodes.all().subList(1, 3)) {
      JsonNode repeated = json(remove(each, leaving, id));
      assertThat(repeated.path("change_id").asLong()).isEqualTo(change);
      assertThat(repeated.path("change").path("change_id").asLong()).isEqualTo(change);
    }
    CommandLine.Result another = remove(other, nodes.node(2).address(), id);
    assertThat(another.code()).as("%s", another).isEqualTo(4);
    assertThat(another.errText()).contains("was used for another request", "failed_precondition");

    // A copy that comes after the change was called off does not bring it back.
    assertThat(quorate(other, "cluster", "cancel").code()).isZero();
    long cancelled = changeId(other);
    assertThat(cancelled).isGreaterThan(change);
    JsonNode late = json(remove(nodes.node(2), leaving, id));
    assertThat(late.path("change_id").asLong()).isEqualTo(change);
    assertThat(changeId(other)).isEqualTo(cancelled);
    assertThat(quorate(other, "cluster", "resume").code()).isZero();
    asked.start();
    nodes.awaitReady();
    JsonNode status = json(quorate(asked, "cluster", "status", "--json"));
    assertThat(status.path("nodes")).hasSize(4);
    for (JsonNode node : status.path("nodes")) {
      assertThat(node.path("membership").asText()).isEqualTo("active");
    }
  }

  @Test
  void oneIdForTwoRequestsIsRefused() {
    ByteString id = bytes(UUID.randomUUID());
    try (Admin one = new Admin(nodes.node(0).address());
        Admin other = new Admin(nodes.node(1).address())) {
      LimitTopologyChangeRequest sixteen =
          LimitTopologyChangeRequest.newBuilder()
              .setLimits(ChangeLimits.newBuilder().setParallel(16))
              .setRequestId(id)
              .build();
      LimitTopologyChangeRequest paused =
          sixteen.toBuilder().setLimits(ChangeLimits.newBuilder().setPaused(true)).build();
      var unused = one.calls().limitTopologyChange(sixteen);
      for (Admin each : new Admin[] {one, other}) {
        assertThatThrownBy(() -> each.calls().limitTopologyChange(paused))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                refused -> {
                  assertThat(refused.getStatus().getCode())
                      .isEqualTo(Status.Code.FAILED_PRECONDITION);
                  assertThat(refused.getStatus().getDescription())
                      .contains("was used for another request: give a new one");
                });
        assertThat(each.calls().limitTopologyChange(sixteen).getStatus().getLimits().getPaused())
            .isFalse();
      }
    }
  }

  private static CommandLine.Result remove(Node by, String node, UUID id) {
    return quorate(
        by,
        "cluster",
        "remove",
        node,
        "--yes",
        "--no-wait",
        "--json",
        "--request-id",
        id.toString());
  }

  /** Runs a command that knows this node alone at first, and waits while a leader is elected. */
  private static CommandLine.Result quorate(Node by, String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--timeout";
    all[words.length + 1] = "60s";
    return new CommandLine().with("QUORATE_ENDPOINTS", by.address()).quorate(all);
  }

  private static JsonNode json(CommandLine.Result result) {
    assertThat(result.code()).as("%s", result).isZero();
    try {
      return new ObjectMapper().readTree(result.outText());
    } catch (JsonProcessingException malformed) {
      throw new AssertionError("not JSON: " + result, malformed);
    }
  }

  private static long changeId(Node node) {
    try (Admin admin = new Admin(node.address())) {
      return admin.status().getTopologyChange().getChangeId();
    }
  }

  private static ByteString bytes(UUID id) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .flip());
  }

  /** Calls of an operator's program, by one address alone. */
  private static final class Admin implements AutoCloseable {
    private final ManagedChannel channel;

    Admin(String address) {
      channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    }

    AdminGrpc.AdminBlockingStub calls() {
      return AdminGrpc.newBlockingStub(channel).withDeadlineAfter(Duration.ofSeconds(30));
    }

    io.quorate.proto.v1.GetStatusResponse status() {
      return calls().getStatus(GetStatusRequest.getDefaultInstance());
    }

    ListenableFuture<ChangeTopologyResponse> begin(ChangeTopologyRequest request) {
      return AdminGrpc.newFutureStub(channel)
          .withDeadlineAfter(Duration.ofMinutes(2))
          .changeTopology(request);
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
