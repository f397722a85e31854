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
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three regions of real nodes, of which one is killed, and comes back or is replaced. */
class RegionsTest {
  private static final String TENANT = "geo";
  private static final int KEYS = 200;
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
      assertThat(votersByRegion(eu)).isEqualTo(Map.of("eu", 2, "us", 2, "asia", 1));
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
          .contains("QUORUM goes on for " + TENANT)
          .contains("while they are heard, tenants and nodes can change");
      quorate(nodes, "tenant", "create", "decided-without-us", "--rf", "1");

      nodes.node(2).start();
      nodes.node(3).start();
      nodes.awaitReady();
      Waiting.until(
          NOTICED_WITHIN, () -> !isRefused(inEurope), () -> "EACH_QUORUM is still refused");
      inEurope.put("each", "3", EACH);
      assertThat(inAmerica.get("each", LOCAL).text()).isEqualTo("3");
    }
  }

  /** As docs/operations/regions.md#voters says. */
  @Test
  void aWitnessLetsEitherOfTwoRegionsBeLost() {
    try (Nodes nodes = Nodes.threeOnLoopback()) {
      for (int i = 0; i < 3; i++) {
        nodes.node(i).set("QUORATE_NODE_REGION", i < 2 ? "eu" : "us");
      }
      nodes.start();
      assertThat(nodes.commandLine().quorate("doctor").outText())
          .contains("2 of its 3 voters stand in region eu")
          .contains("Start one node in a third region with cluster.join: spare");

      Node witness = nodes.joining();
      witness.set("QUORATE_NODE_REGION", "witness").set("QUORATE_CLUSTER_JOIN", "spare").start();
      try (QuorateClient client = nodes.client()) {
        Map<String, Integer> spread = Map.of("eu", 1, "us", 1, "witness", 1);
        Waiting.until(
            ALTERED_WITHIN,
            () -> votersByRegion(client).equals(spread),
            () -> "voters: " + votersByRegion(client));
        Waiting.until(
            NOTICED_WITHIN,
            () -> Doctor.examines(nodes.commandLine()).code() == 0,
            () -> Doctor.examines(nodes.commandLine()).toString());
      }
      nodes.node(2).kill();
      quorate(nodes, "tenant", "create", "without-us", "--rf", "1");
      nodes.node(2).start();
      nodes.awaitReady();
      nodes.node(0).kill();
      nodes.node(1).kill();
      quorate(nodes, "tenant", "create", "without-eu", "--rf", "1");
    }
  }

  /** As docs/operations/regions.md says: a region is lost for good, and another takes its place. */
  @Test
  @Tag("campaign")
  void anotherRegionTakesThePlaceOfOneThatIsLost() {
    try (Nodes nodes = inRegions().start();
        QuorateClient eu = client(nodes, "eu")) {
      create(nodes, eu);
      KeyValue inEurope = eu.keyValue();
      for (int i = 0; i < KEYS; i++) {
        inEurope.put("before:" + i, "1", EACH);
      }
      Node[] lost = {nodes.node(2), nodes.node(3)};
      for (Node node : lost) {
        node.kill();
      }
      inEurope.put("without us", "1");
      Waiting.until(
          NOTICED_WITHIN,
          () -> nodes.commandLine().quorate("doctor").outText().contains("region us"),
          () -> "doctor does not name the region");

      quorate(nodes, "tenant", "alter", TENANT, "--rf", "eu=2,asia=1");
      quorate(
          nodes,
          "cluster",
          "remove",
          lost[0].address(),
          lost[1].address(),
          "--force",
          "--accept-data-loss",
          "--yes");
      awaitAltered(eu);
      System.out.println(quorate(nodes, "cluster", "status"));
      System.out.println(quorate(nodes, "cluster", "acknowledge-loss"));
      inEurope.put("of two regions", "1", EACH);

      List<Node> next = List.of(nodes.joining(), nodes.joining());
      for (Node node : next) {
        node.set("QUORATE_NODE_REGION", "sa").start();
        Waiting.until(ALTERED_WITHIN, node::isReady, node::lastLines);
      }
      quorate(nodes, "tenant", "alter", TENANT, "--rf", "eu=2,asia=1,sa=2");
      awaitAltered(eu);
      try (QuorateClient sa =
          QuorateClient.builder()
              .endpoints(next.get(0).address())
              .tenant(TENANT)
              .region("sa")
              .build()) {
        KeyValue inSouthAmerica = sa.keyValue();
        for (int i = 0; i < KEYS; i++) {
          assertThat(inSouthAmerica.get("before:" + i, LOCAL).found()).as("%d", i).isTrue();
        }
        assertThat(inSouthAmerica.get("without us", LOCAL).text()).isEqualTo("1");
        inSouthAmerica.put("each", "of three", EACH);
        assertThat(inEurope.get("each", LOCAL).text()).isEqualTo("of three");
      }
      CommandLine.Result doctor = Doctor.examines(nodes.commandLine());
      assertThat(doctor.code()).as("%s", doctor).isZero();
    }
  }

  private static String quorate(Nodes nodes, String... words) {
    CommandLine.Result result = nodes.commandLine().quorate(words);
    assertThat(result.code()).as("%s: %s", List.of(words), result).isZero();
    return result.outText();
  }

  private static Map<String, Integer> votersByRegion(QuorateClient client) {
    ClusterStatus status = Administration.of(client).cluster().status();
    Map<String, Integer> voters = new TreeMap<>();
    for (NodeView node : status.nodes()) {
      if (status.metadata().voters().contains(node.id())) {
        voters.merge(node.region(), 1, Integer::sum);
      }
    }
    return voters;
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
    awaitAltered(client);
  }

  private static void awaitAltered(QuorateClient client) {
    Waiting.until(
        ALTERED_WITHIN,
        () ->
            Administration.of(client).cluster().tenants().stream()
                .filter(tenant -> tenant.name().equals(TENANT))
                .noneMatch(Tenant::isAltered),
        () -> "the tenant does not come to its replicas");
  }
}
