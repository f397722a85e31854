package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.AwaitedNode;
import io.quorate.proto.v1.DeadLetter;
import io.quorate.proto.v1.DropDeadLettersRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.ListDeadLettersRequest;
import io.quorate.proto.v1.ListDeadLettersResponse;
import io.quorate.proto.v1.LostPartition;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.MetadataStatus;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.PartitionMove;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.PlannedNode;
import io.quorate.proto.v1.PlannedPartition;
import io.quorate.proto.v1.TopologyChangeStatus;
import io.quorate.proto.v1.VersionConflicts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wherever a command shows the id of a node, it shows the node's name: behind the id for people,
 * and in a field of its own for programs.
 */
class NamedNodesTest {
  private static final String ID = "0000000000000001";
  private static final String NAME = "db-east-1";

  /** A member that is down, with a name that another one has, too. */
  private static final NodeStatus AWAY =
      NodeStatus.newBuilder()
          .setId(2)
          .setName("db-west")
          .setAddress("127.0.0.1:1")
          .setState(NodeStatus.State.STATE_DOWN)
          .setMembership(Membership.MEMBERSHIP_ACTIVE)
          .build();

  private final FakeCluster cluster = new FakeCluster();

  @BeforeEach
  void nameTheNode() {
    cluster.nodeName = NAME;
    cluster.deadLetters =
        ListDeadLettersResponse.newBuilder()
            .addLetters(DeadLetter.newBuilder().setTarget(1).setTenant("default").setReason("no"))
            .build();
    cluster.reports(
        NodeReport.newBuilder()
            .addVersionConflicts(VersionConflicts.newBuilder().setNode(1).setRecords(3))
            .build());
    cluster.moreStatus =
        GetStatusResponse.newBuilder()
            .addMoves(PartitionMove.newBuilder().setPartition(4).addFrom(1).addTo(1))
            .setMetadata(MetadataStatus.newBuilder().addLearners(1).setStuck("it is full"))
            .build();
    cluster.changes(
        TopologyChangeStatus.newBuilder()
            .setChangeId(21)
            .setUnderWay(true)
            .setPlanned(1)
            .addAwaited(AwaitedNode.newBuilder().setId(1).setPartitions(2))
            .addLost(LostPartition.newBuilder().setPartition(7).addGivenUp(1))
            .build());
    cluster.plans(
        PlanTopologyChangeResponse.newBuilder()
            .addNodes(PlannedNode.newBuilder().setId(1).setMembership(Membership.MEMBERSHIP_ACTIVE))
            .addPartitions(PlannedPartition.newBuilder().setPartition(5).addBefore(0).addAfter(0))
            .setReplicasMoved(1)
            .build());
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran run(String words, String... more) {
    List<String> args = new ArrayList<>(List.of(words.split(" ")));
    args.addAll(List.of(more));
    args.addAll(List.of("--endpoints", cluster.endpoint(), "--timeout", "10s"));
    return Ran.command(args.toArray(String[]::new));
  }

  @Test
  void whatANodeSaysOfItsCertificatesIsInTheStatusAsJson() {
    cluster.reports(NodeReport.newBuilder().setCertificatesReason("tls.ca expires soon").build());
    assertThat(run("cluster status --json").json().findValuesAsText("certificates_reason"))
        .containsExactly("tls.ca expires soon");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster status",
        "cluster plan rebalance",
        "cluster rebalance --yes --no-wait",
        "cluster rebalance --yes --no-wait --request-id 01020304-0506-0708-090a-0b0c0d0e0f10",
        "cluster limits",
        "cluster upgrade status",
        "cluster upgrade finalize --yes",
        "hints pause --target db-east-1",
        "hints deadletters list",
        "log levels",
        "security reload",
        "put k v",
        "get k",
        "scan k",
        "cas other --absent --put v",
        "increment number",
        "delete k",
        "put k v --tenant carts",
        "get k --tenant carts",
        "scan --tenant carts",
        "counter increment k --tenant views",
        "counter get k --tenant views",
        "set add k element --tenant tags",
        "set get k --tenant tags",
        "map update k --assign color=red --tenant profiles",
        "map get k --tenant profiles",
        "fields set other name=Ada",
        "fields get other",
      })
  void eachIdHasItsName(String words) {
    cluster.store(bytes("k"), bytes("v"));
    List.of("put k v --tenant carts", "fields set other name=Bob").forEach(this::run);
    List.of("counter increment k --tenant views", "set add k element --tenant tags")
        .forEach(this::run);
    assertThat(run("map update k --assign color=blue --tenant profiles").exitCode()).isZero();
    if (words.startsWith("cas")) {
      cluster.stored().clear();
    }
    Ran json = run(words, "--json");
    List<String> found = new ArrayList<>();
    requireNames(json.json(), words, found);
    assertThat(found).as(json.out()).isNotEmpty();

    Ran text = run(words);
    assertThat(
            (text.out() + text.err())
                .replace(ID + " (" + NAME + ")", "its name")
                .replace("@" + ID, "within a version"))
        .doesNotContain(ID);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Looks into an object and what is in it. */
  private static void requireNames(JsonNode node, String where, List<String> found) {
    for (JsonNode each : node) {
      requireNames(each, where, found);
    }
    if (!(node instanceof ObjectNode object)) {
      return;
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String key = field.getKey();
      JsonNode value = field.getValue();
      boolean isSubject = key.equals("id") || key.equals("node");
      if (value.asText().equals(ID)) {
        found.add(key);
        assertThat(object.path(isSubject ? "name" : key + "_name").asText())
            .as("%s: the name beside %s of %s", where, key, object)
            .isEqualTo(NAME);
      } else if (value.isArray() && !value.isEmpty() && value.get(0).asText().equals(ID)) {
        found.add(key);
        JsonNode names = object.path(key + "_names");
        assertThat(names).as("%s: names beside %s of %s", where, key, object).hasSize(value.size());
        assertThat(names.get(0).asText()).isEqualTo(NAME);
      }
    }
  }

  /** What is checked above is all there is to be named in what is told of a cluster. */
  @Test
  void statusHasAllThatIsNamed() {
    List<String> found = new ArrayList<>();
    requireNames(run("cluster status", "--json").json(), "status", found);
    assertThat(found)
        .containsExactlyInAnyOrder(
            "answered_by",
            "id",
            "node",
            "from",
            "to",
            "node",
            "given_up",
            "leader",
            "voters",
            "learners");
  }

  @Test
  void aNodeWithoutNameHasAnEmptyOne() {
    cluster.nodeName = "";
    JsonNode status = run("cluster status", "--json").json();
    assertThat(status.get("answered_by_name").asText()).isEmpty();
    assertThat(status.path("metadata").get("voters_names").get(0).asText()).isEmpty();
    assertThat(run("cluster status").out()).contains("asked node " + ID).doesNotContain("()");
  }

  /** The table above has the ids; below it, what tells nodes apart is enough. */
  @Test
  void partitionsOfAPlanHaveNamesOrIdsWhereSeveralNodesHaveOneName() {
    cluster.plans(
        PlanTopologyChangeResponse.newBuilder()
            .addNodes(PlannedNode.newBuilder().setId(1))
            .addNodes(PlannedNode.newBuilder().setId(2))
            .addNodes(PlannedNode.newBuilder().setId(3))
            .addPartitions(
                PlannedPartition.newBuilder()
                    .setPartition(5)
                    .addBefore(0)
                    .addBefore(1)
                    .addAfter(2)
                    .addAfter(0))
            .build());
    cluster.moreStatus =
        GetStatusResponse.newBuilder()
            .addNodes(AWAY)
            .addNodes(AWAY.toBuilder().setId(3).setAddress("127.0.0.1:2"))
            .build();
    Ran shown = run("cluster plan rebalance");
    assertThat(shown.out()).contains("| db-east-1 0000000000000002 | 0000000000000003 db-east-1 |");
    assertThat(shown.out()).contains("0000000000000002 (db-west)");
  }

  @Test
  void whatIsReadmittedIsToldByTheNameThatItHad() {
    cluster.moreStatus = GetStatusResponse.newBuilder().addNodes(AWAY).build();
    assertThat(run("cluster readmit 127.0.0.1:1").out()).contains("0000000000000002 (db-west)");
    assertThat(run("cluster readmit 127.0.0.1:1", "--json").json().path("name").asText())
        .isEqualTo("db-west");
  }

  @Test
  void nodesAreChosenByNames() {
    assertThat(run("hints deadletters list --target db-east-1").exitCode()).isZero();
    assertThat(run("hints deadletters drop --target", cluster.endpoint()).exitCode()).isZero();
    assertThat(run("hints deadletters list --target 00000000000000ff").exitCode())
        .as("the id of a node that is no member any more")
        .isZero();
    assertThat(cluster.requests())
        .satisfiesExactly(
            first ->
                assertThat(((ListDeadLettersRequest) first).getFilter().getTarget()).isEqualTo(1),
            second ->
                assertThat(((DropDeadLettersRequest) second).getFilter().getTarget()).isEqualTo(1),
            third ->
                assertThat(((ListDeadLettersRequest) third).getFilter().getTarget())
                    .isEqualTo(255));
    Ran unknown = run("hints deadletters list --target db-east-9");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("id, address or name 'db-east-9'");

    cluster.plans(PlanTopologyChangeResponse.getDefaultInstance());
    assertThat(run("cluster add db-east-1 --yes").out()).contains("is a member already");
  }

  /** Else it would be done to all of them. */
  @Test
  void aNameThatSeveralNodesHaveIsRefused() {
    cluster.moreStatus =
        GetStatusResponse.newBuilder()
            .addNodes(AWAY)
            .addNodes(AWAY.toBuilder().setId(3).setAddress("127.0.0.1:2"))
            .build();
    for (String command : List.of("log set debug", "log reset", "security reload")) {
      Ran refused = run(command + " --node db-west");
      assertThat(refused.exitCode()).as(command).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err()).contains("2 nodes have the name 'db-west': give the id of one");
    }
    assertThat(cluster.requests()).isEmpty();
  }

  /** Else it would be all nodes without a name. */
  @Test
  void noNameIsTheNameOfNoNode() {
    cluster.nodeName = "";
    assertThat(run("log levels --node", "").exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
