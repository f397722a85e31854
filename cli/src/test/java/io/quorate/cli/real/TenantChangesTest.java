package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.GetResult;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.NewJoinToken;
import io.quorate.client.admin.TenantSettings;
import io.quorate.node.RealCluster;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.JoinToken;
import io.quorate.proto.v1.ListJoinTokensRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of all nodes count on what an operator has changed, once that is answered. */
class TenantChangesTest {
  private static final int FIRST_PORT = 18_760;
  private static final int ROUNDS = 12;
  private static final int KEYS = 6;

  @Test
  void whatIsWrittenAfterThemStays(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3);
        QuorateClient operator = client(cluster);
        QuorateClient client = client(cluster)) {
      Cluster tenants = Administration.of(operator).cluster();
      int created = 0;
      int truncated = 0;
      int createdAgain = 0;
      for (int round = 0; round < ROUNDS; round++) {
        String tenant = "t" + round;
        if (tenants.createTenant(tenant, TenantSettings.DEFAULT).warnings().isEmpty()) {
          write(client, tenant, "created");
          created++;
        }
        if (tenants.truncateTenant(tenant).warnings().isEmpty()) {
          write(client, tenant, "truncated");
          assertIsThere(client, tenant, "truncated");
          truncated++;
        }
        if (tenants.dropTenant(tenant).isEmpty()
            && tenants.createTenant(tenant, TenantSettings.DEFAULT).warnings().isEmpty()) {
          write(client, tenant, "created again");
          assertIsThere(client, tenant, "created again");
          createdAgain++;
        }
      }
      assertThat(List.of(created, truncated, createdAgain))
          .as("changes of each kind that all nodes knew of")
          .allMatch(each -> each > 0);
    }
  }

  /** A new node that shows it at once would be turned down by a node that has yet to hear of it. */
  @Test
  void aJoinTokenIsKnownToAllNodesOnceItIsTold(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT + 20, 3);
        QuorateClient operator = client(cluster)) {
      Cluster tokens = Administration.of(operator).cluster();
      List<ManagedChannel> channels = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        channels.add(NettyChannelBuilder.forTarget(cluster.address(i)).usePlaintext().build());
      }
      try {
        for (ManagedChannel each : channels) {
          var unused = idsAt(each);
        }
        int known = 0;
        for (int round = 0; round < ROUNDS; round++) {
          NewJoinToken token = tokens.createJoinToken(Duration.ofHours(1), 1);
          if (token.warnings().isEmpty()) {
            known++;
            for (ManagedChannel each : channels) {
              assertThat(idsAt(each)).contains(token.token().id());
            }
          }
          var unused = tokens.dropJoinToken(token.token().id());
        }
        assertThat(known).as("tokens that all nodes knew").isPositive();
      } finally {
        channels.forEach(ManagedChannel::shutdownNow);
      }
    }
  }

  /** As the node itself knows them. */
  private static List<String> idsAt(ManagedChannel node) {
    return AdminGrpc.newBlockingStub(node)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .listJoinTokens(ListJoinTokensRequest.getDefaultInstance())
        .getTokensList()
        .stream()
        .map(JoinToken::getId)
        .toList();
  }

  private static QuorateClient client(RealCluster cluster) {
    return QuorateClient.builder()
        .endpoints(List.of(cluster.address(0), cluster.address(1), cluster.address(2)))
        .build();
  }

  /** Several keys, so that each node coordinates some. */
  private static void write(QuorateClient client, String tenant, String value) {
    for (int key = 0; key < KEYS; key++) {
      var unused = client.keyValue().put("k" + key, value, WriteOptions.DEFAULT.tenant(tenant));
    }
  }

  private static void assertIsThere(QuorateClient client, String tenant, String value) {
    for (int key = 0; key < KEYS; key++) {
      GetResult read = client.keyValue().get("k" + key, ReadOptions.DEFAULT.tenant(tenant));
      assertThat(read.found()).as("k%d of %s", key, tenant).isTrue();
      assertThat(read.text()).isEqualTo(value);
    }
  }
}
