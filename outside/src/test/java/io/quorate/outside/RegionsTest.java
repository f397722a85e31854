package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Tenant;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three regions of real nodes, of which one is killed and comes back. */
class RegionsTest {
  private static final String TENANT = "geo";
  private static final Duration ALTERED_WITHIN = Duration.ofMinutes(3);
  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(30);
  private static final List<String> REGIONS = List.of("eu", "eu", "us", "us", "asia");
  private static final WriteOptions EACH = WriteOptions.DEFAULT.level(Level.EACH_QUORUM);
  private static final ReadOptions LOCAL = ReadOptions.DEFAULT.level(Level.LOCAL_QUORUM);

  @Test
  void aRegionGoesOnWhileAnotherIsKilled() {
    try (Nodes nodes = inRegions().start();
        QuorateClient eu = client(nodes, "eu");
        QuorateClient us = client(nodes, "us")) {
      create(nodes, eu);
      KeyValue inEurope = eu.keyValue();
      KeyValue inAmerica = us.keyValue();
      inEurope.put("k", "local");
      assertThat(inEurope.get("k").text()).isEqualTo("local");
      inEurope.put("each", "1", EACH);
      assertThat(inAmerica.get("each", LOCAL).text()).isEqualTo("1");

      nodes.node(2).kill();
      nodes.node(3).kill();
      inEurope.put("k", "without us");
      assertThat(inEurope.get("k").text()).isEqualTo("without us");
      Waiting.until(
          NOTICED_WITHIN, () -> isRefused(inEurope), () -> "EACH_QUORUM is not refused at once");
      assertThatThrownBy(() -> inEurope.put("each", "2", EACH))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("too few replicas are left in region 'us'");
      inEurope.put("k", "by most", WriteOptions.DEFAULT.level(Level.QUORUM));
      assertThat(nodes.commandLine().quorate("doctor").outText())
          .contains("region us")
          .contains("QUORUM goes on for " + TENANT);

      nodes.node(2).start();
      nodes.node(3).start();
      nodes.awaitReady();
      Waiting.until(
          NOTICED_WITHIN, () -> !isRefused(inEurope), () -> "EACH_QUORUM is still refused");
      inEurope.put("each", "3", EACH);
      assertThat(inAmerica.get("each", LOCAL).text()).isEqualTo("3");
    }
  }

  private static boolean isRefused(KeyValue store) {
    try {
      store.put("try", "it", EACH);
      return false;
    } catch (UnavailableException refused) {
      return true;
    }
  }

  private static Nodes inRegions() {
    Nodes nodes = Nodes.onHosts("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1");
    for (int i = 0; i < REGIONS.size(); i++) {
      nodes.node(i).set("QUORATE_NODE_REGION", REGIONS.get(i));
    }
    return nodes;
  }

  private static QuorateClient client(Nodes nodes, String region) {
    return QuorateClient.builder()
        .endpoints(nodes.endpoints())
        .tenant(TENANT)
        .region(region)
        .build();
  }

  private static void create(Nodes nodes, QuorateClient client) {
    assertThat(
            nodes
                .commandLine()
                .quorate(
                    "tenant",
                    "create",
                    TENANT,
                    "--rf",
                    "eu=2,us=2,asia=1",
                    "--read-level",
                    "local-quorum",
                    "--write-level",
                    "local-quorum"))
        .satisfies(created -> assertThat(created.code()).as("%s", created).isZero());
    Waiting.until(
        ALTERED_WITHIN,
        () ->
            Administration.of(client).cluster().tenants().stream()
                .filter(tenant -> tenant.name().equals(TENANT))
                .noneMatch(Tenant::isAltered),
        () -> "the tenant does not come to its replicas");
  }
}
