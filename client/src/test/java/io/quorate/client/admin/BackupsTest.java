package io.quorate.client.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateClient;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.MakeCutRequest;
import io.quorate.proto.v1.MakeCutResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of a node for backups. */
class BackupsTest {
  private final List<MakeCutRequest> asked = new CopyOnWriteArrayList<>();
  private Server node;
  private QuorateClient client;
  private Backups backups;

  @BeforeEach
  void start() throws IOException {
    node =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                new BackupGrpc.BackupImplBase() {
                  @Override
                  public void makeCut(MakeCutRequest request, StreamObserver<MakeCutResponse> out) {
                    asked.add(request);
                    out.onNext(MakeCutResponse.newBuilder().setCut(7).build());
                    out.onCompleted();
                  }
                })
            .build()
            .start();
    client =
        QuorateClient.builder()
            .endpoints("127.0.0.1:" + node.getPort())
            .timeout(Duration.ofSeconds(10))
            .build();
    backups = Administration.of(client).backups();
  }

  @AfterEach
  void stop() {
    client.close();
    node.shutdownNow();
  }

  /** All that was stamped within the millisecond is in the cut. */
  @Test
  void momentThatHasPassedIsTheEndOfItsMillisecond() {
    assertThat(backups.makeCut(List.of("orders"), Instant.parse("2026-11-27T22:10:00.123456Z")))
        .isEqualTo(7);
    assertThat(backups.makeCut(List.of("orders", "items"), Instant.EPOCH)).isEqualTo(7);
    assertThat(backups.makeCut(List.of("orders"))).isEqualTo(7);
    assertThat(asked)
        .containsExactly(
            request(Instant.parse("2026-11-27T22:10:00.123Z").toEpochMilli() << 16 | 0xFFFF)
                .addTenants("orders")
                .build(),
            request(0xFFFF).addTenants("orders").addTenants("items").build(),
            request(0).addTenants("orders").build());
  }

  private static MakeCutRequest.Builder request(long asOf) {
    return MakeCutRequest.newBuilder().setAsOf(asOf);
  }

  @Test
  void momentThatNoClockShowsIsRefusedBeforeAnythingIsSent() {
    List<Instant> wild =
        List.of(
            Instant.MIN,
            Instant.EPOCH.minusNanos(1),
            Instant.parse("9999-12-31T23:59:59.999Z").plusMillis(1),
            Instant.MAX);
    for (Instant each : wild) {
      assertThatThrownBy(() -> backups.makeCut(List.of("orders"), each))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("is a moment that no clock of a cluster shows");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void historyIsADurationOfATenant() {
    Tenant tenant =
        Tenant.builder().settings(TenantSettings.DEFAULT.history(Duration.ofHours(24))).build();
    assertThat(tenant.history()).isEqualTo(Duration.ofHours(24));
    assertThat(Tenant.builder().build().history()).isZero();
    assertThatThrownBy(() -> TenantSettings.DEFAULT.history(Duration.ofMillis(-1)))
        .hasMessageContaining("give 0 (replaced versions are not kept) or more");
  }
}
