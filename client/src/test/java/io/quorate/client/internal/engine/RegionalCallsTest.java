package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quorate.client.Level;
import io.quorate.client.UnavailableException;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.internal.session.SessionMemory;
import io.quorate.hash.PartitionHash;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.RegionReplicas;
import io.quorate.proto.v1.Tenant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * When the calls of a client leave its region: two nodes are in it, and two in another one, without
 * a network, and each has a replica of each key.
 */
class RegionalCallsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ManualLoop loop = new ManualLoop();
  private final Map<String, ScriptedNode> nodes = new LinkedHashMap<>();
  private Level writeLevel = Level.LOCAL_QUORUM;
  private final List<ScriptedNode> far = List.of(node("a:1"), node("c:1"));
  private final List<ScriptedNode> near = List.of(node("b:1"), node("d:1"));
  private final ClusterView view = new ClusterView(new Session(1), "near");
  private final Engine engine =
      ScriptedClient.engine(loop, view, nodes, "a:1", "b:1", "c:1", "d:1");

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private ScriptedNode node(String address) {
    ScriptedNode made = new ScriptedNode(address, loop, this::placement);
    nodes.put(address, made);
    return made;
  }

  /** The nodes of both regions take turns in the lists. */
  private GetPlacementResponse placement() {
    GetPlacementResponse.Builder placement =
        ScriptedClient.placement(0xC1, 1, "a:1", "b:1", "c:1", "d:1").toBuilder();
    for (int i = 0; i < 4; i++) {
      placement.getNodesBuilder(i).setRegion(i % 2 == 0 ? "far" : "near");
    }
    Tenant.Builder tenant = placement.getTenantsBuilder(0).setWriteLevel(Words.toWire(writeLevel));
    for (String region : List.of("far", "near")) {
      tenant.addReplicasByRegion(RegionReplicas.newBuilder().setRegion(region).setReplicas(2));
    }
    return placement.build();
  }

  /** All nodes are connected, and each has its share of the keys. */
  private void start() {
    engine.start();
    loop.pass(3 * SECOND);
  }

  private static void refuse(List<ScriptedNode> those, Reason reason) {
    those.forEach(node -> node.refusal = Failure.newBuilder().setReason(reason).build());
  }

  private static void up(List<ScriptedNode> those, boolean up) {
    those.forEach(node -> node.up = up);
    if (!up) {
      those.forEach(ScriptedNode::breaksConnections);
    }
  }

  private Call<?> put(String name) {
    return submitted(ScriptedClient.put(loop, name));
  }

  private Call<?> submitted(Call<?> put) {
    engine.submit(put);
    loop.pass(10 * SECOND);
    return put;
  }

  private static long asked(List<ScriptedNode> those) {
    return those.stream().mapToLong(node -> node.operations.size()).sum();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCAL_QUORUM", "LOCAL_ONE"})
  void aCallAboutTheRegionStaysThoughItsReplicasRefuse(Level.Named level) {
    writeLevel = level;
    start();
    refuse(near, Reason.REASON_UNAVAILABLE);
    assertThatThrownBy(put("k").future::join).hasCauseInstanceOf(UnavailableException.class);
    assertThat(asked(near)).as("each, and two more rounds").isEqualTo(4);
    assertThat(asked(far)).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"QUORUM", "EACH_QUORUM", "ALL", "ONE"})
  void aCallAtAnotherLevelGoesToAnotherRegionOnceEachReplicaRefused(Level.Named level) {
    writeLevel = level;
    start();
    refuse(near, Reason.REASON_UNAVAILABLE);
    assertThat(put("k").future).isCompleted();
    assertThat(asked(near)).isEqualTo(2);
    assertThat(asked(far)).isEqualTo(1);
  }

  /**
   * No refusal of a node, but of the call: each further attempt would else count from the start.
   */
  @ParameterizedTest
  @EnumSource(names = {"QUORUM", "LOCAL_QUORUM"})
  void aCallIsAskedAgainInTheRegionHoweverOften(Level.Named level) {
    writeLevel = level;
    start();
    refuse(near, Reason.REASON_OUTCOME_UNKNOWN);
    Call<?> put = ScriptedClient.put(loop, "k");
    engine.submit(put);
    loop.pass(SECOND / 2);
    assertThat(asked(near)).isGreaterThan(4);
    near.forEach(node -> node.refusal = null);
    loop.pass(10 * SECOND);
    assertThat(put.future).isCompleted();
    assertThat(asked(far)).isZero();
  }

  /** That nodes are cut off from other regions says nothing about what they do in theirs. */
  @Test
  void callsThatLeaveTheRegionDoNotMakeOthersLeaveIt() {
    writeLevel = Level.QUORUM;
    start();
    near.forEach(
        node ->
            node.refuses =
                operation ->
                    operation.getPut().hasLevel()
                        ? null
                        : Failure.newBuilder().setReason(Reason.REASON_UNAVAILABLE).build());
    for (int i = 0; i < 60; i++) {
      Call<?> put = ScriptedClient.put(loop, "k" + i);
      engine.submit(put);
      loop.pass(0);
      assertThat(put.future).isCompleted();
    }
    long asked = asked(far);
    assertThat(asked).isEqualTo(60);
    for (int i = 0; i < 60; i++) {
      byte[] key = FakeCluster.utf8("k" + i);
      engine.submit(
          new Call.Put<>(
              Face.VALUES,
              "default",
              key,
              Level.LOCAL_QUORUM,
              PutRequest.newBuilder()
                  .setTenant("default")
                  .setKey(ByteString.copyFrom(key))
                  .setLevel(Words.toWire(Level.LOCAL_QUORUM))
                  .build(),
              loop.nanos(),
              SECOND));
      loop.pass(0);
    }
    assertThat(asked(far)).isEqualTo(asked);
  }

  @Test
  void aCallLeavesTheRegionWhileNoNodeThereIsConnected() {
    start();
    up(near, false);
    assertThat(put("k").future).isCompleted();
    assertThat(asked(far)).isEqualTo(1);
    up(near, true);
    loop.pass(10 * SECOND);
    assertThat(put("k").future).isCompleted();
    assertThat(asked(near)).isEqualTo(1);
  }

  /** A node that was away is given its keys back one after the other, among those of its region. */
  @ParameterizedTest
  @EnumSource(names = {"QUORUM", "LOCAL_QUORUM"})
  void aNodeThatCameBackIsPreferredToThoseOfAnotherRegion(Level.Named level) {
    writeLevel = level;
    start();
    up(near, false);
    loop.pass(SECOND);
    up(near, true);
    loop.pass(3 * SECOND);
    for (int i = 0; i < 50; i++) {
      engine.submit(ScriptedClient.put(loop, "k" + i));
    }
    loop.pass(SECOND);
    assertThat(asked(near)).isEqualTo(50);
    assertThat(asked(far)).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"QUORUM", "LOCAL_QUORUM"})
  void aSessionComesBackToTheRegion(Level.Named level) {
    writeLevel = level;
    start();
    InSession session =
        new InSession(
            new SessionMemory(),
            view,
            loop::nanos,
            within -> name -> CompletableFuture.completedFuture(name));
    // Of the partition that the nodes' answers name.
    String name = "k";
    while (PartitionHash.partition(1, FakeCluster.utf8(name), ScriptedClient.PARTITIONS) != 0) {
      name += "k";
    }
    String key = name;
    Supplier<Call<?>> put =
        () -> {
          Call<?> made = ScriptedClient.put(loop, key);
          made.session = session;
          return submitted(made);
        };
    up(near, false);
    assertThat(put.get().future).isCompleted();
    assertThat(asked(far)).isEqualTo(1);
    up(near, true);
    loop.pass(10 * SECOND);
    assertThat(put.get().future).isCompleted();
    assertThat(asked(far)).isEqualTo(1);
    assertThat(asked(near)).isEqualTo(1);
  }

  @Test
  void whatIsNoCallAsksNodesOfTheRegionFirst() {
    start();
    for (int turn = 0; turn < 8; turn++) {
      assertThat(inTurn(turn).subList(0, 2)).containsExactlyInAnyOrder("b:1", "d:1");
      assertThat(inTurn(turn).subList(2, 4)).containsExactlyInAnyOrder("a:1", "c:1");
    }
    assertThat(inTurn(0)).isNotEqualTo(inTurn(1));
    up(near, false);
    loop.pass(SECOND);
    assertThat(inTurn(0).subList(0, 2)).containsExactlyInAnyOrder("a:1", "c:1");
  }

  private List<String> inTurn(int turn) {
    return engine.nodes().ofClusterInTurn(turn).stream().map(Connection::address).toList();
  }
}
