package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.model.Releases;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.IntroduceResponse;
import io.quorate.proto.internal.Joining;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.MoveNode;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.TopologyChange;
import io.quorate.transport.codec.admin.AdminCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes that are administered by programs which make no sense. */
class WildAdministrationTest {
  private static final String LONG = "x".repeat(65_480);
  @TempDir private Path directory;
  private @Nullable ManagedChannel channel;

  private void connect(RealCluster cluster, int index) {
    String[] hostAndPort = cluster.address(index).split(":", -1);
    channel =
        NettyChannelBuilder.forAddress(hostAndPort[0], Integer.parseInt(hostAndPort[1]))
            .usePlaintext()
            .build();
  }

  @AfterEach
  void disconnect() {
    if (channel != null) {
      channel.shutdownNow();
    }
  }

  @Test
  void longNamesAreRefusedAndTheNodesLiveOnAndStartAgain() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_860, 3)) {
      connect(cluster, 0);
      AdminGrpc.AdminBlockingStub calls =
          AdminGrpc.newBlockingStub(Objects.requireNonNull(channel));
      String node = cluster.node(1).id().toString();
      refused(
          () ->
              calls.createTenant(
                  CreateTenantRequest.newBuilder()
                      .setTenant(Tenant.newBuilder().setName(LONG))
                      .build()));
      refused(() -> calls.alterTenant(AlterTenantRequest.newBuilder().setName(LONG).build()));
      refused(() -> calls.changeTopology(placed(node, LONG, "")));
      refused(() -> calls.changeTopology(placed(node, "", LONG)));
      refused(Status.Code.FAILED_PRECONDITION, () -> calls.changeTopology(placed(LONG, "", "z")));
      for (int bytes : List.of(1, 15, 16, 17, 60_000)) {
        ChangeTopologyRequest named =
            placed(node, "", "").toBuilder()
                .setRequestId(ByteString.copyFrom(new byte[bytes]))
                .build();
        refused(() -> calls.changeTopology(named));
      }
      ChangeTopologyRequest expecting = placed(node, "", "");
      refused(
          () -> calls.changeTopology(expecting.toBuilder().setExpectedStateVersion(-1).build()));
      refused(
          Status.Code.FAILED_PRECONDITION,
          () ->
              calls.changeTopology(
                  expecting.toBuilder().setExpectedStateVersion(Long.MAX_VALUE).build()));
      restartAll(cluster);
      try (QuorateClient client = QuorateClient.builder().endpoints(cluster.address(0)).build()) {
        var unused = client.keyValue().put("k", "v");
        assertThat(client.keyValue().get("k").text()).isEqualTo("v");
        assertThat(Administration.of(client).cluster().status().metadata().stuck()).isEmpty();
      }
    }
  }

  private static ChangeTopologyRequest placed(String node, String region, String zone) {
    return ChangeTopologyRequest.newBuilder()
        .setChange(
            TopologyChange.newBuilder()
                .setMoveNode(MoveNode.newBuilder().setNode(node).setRegion(region).setZone(zone)))
        .build();
  }

  private static void refused(Runnable call) {
    refused(Status.Code.INVALID_ARGUMENT, call);
  }

  private static void refused(Status.Code code, Runnable call) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(Objects.requireNonNull(failure).getStatus().getCode()).isEqualTo(code);
    assertThat(failure.getStatus().getDescription()).hasSizeLessThan(400);
  }

  /** Twelve spares are announced before their machines run: the three that serve are ready. */
  @Test
  void newcomersThatNeverComeDoNotKeepTheNodesFromBeingReady() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_870, 3);
        QuorateClient client = QuorateClient.builder().endpoints(cluster.address(0)).build()) {
      connect(cluster, 0);
      String id = Administration.of(client).cluster().status().clusterId();
      for (int i = 0; i < 12; i++) {
        int port = 20_000 + i;
        await(() -> introduce(id, port).getWaitFor().isEmpty());
      }
      assertThat(introduce(id, 0).getRefusal()).contains("port from 1 to 65535");
      await(() -> Administration.of(client).cluster().status().nodes().size() == 15);
      restartAll(cluster);
      for (int i = 0; i < 3; i++) {
        assertThat(cluster.node(i).readiness().ready()).isTrue();
      }
    }
  }

  private IntroduceResponse introduce(String cluster, int port) {
    return PeeringGrpc.newBlockingStub(Objects.requireNonNull(channel))
        .introduce(
            IntroduceRequest.newBuilder()
                .setNode(1_000 + port)
                .setAddress("127.0.0.1:" + port)
                .setRegion("local")
                .setZone("zone-9")
                .setWeight(1)
                .setJoining(Joining.JOINING_AS_SPARE)
                .setJoins(Long.parseUnsignedLong(cluster, 16))
                .setRelease(AdminCodec.release(Releases.THIS))
                .build());
  }

  private static void restartAll(RealCluster cluster) throws Exception {
    for (int i : List.of(0, 1, 2)) {
      cluster.stop(i);
    }
    for (int i : List.of(0, 1, 2)) {
      var unused = cluster.start(i);
    }
    for (int i : List.of(0, 1, 2)) {
      cluster.awaitReady(i);
    }
  }

  private static void await(BooleanSupplier fact) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!fact.getAsBoolean()) {
      assertThat(System.nanoTime() - until).isNegative();
      LockSupport.parkNanos(50_000_000);
    }
  }
}
