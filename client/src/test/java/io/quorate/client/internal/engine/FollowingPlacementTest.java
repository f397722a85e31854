package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quorate.client.fake.FakeCluster;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The rules by which a client finds out where keys live, whom it believes and for how long, step by
 * step: nodes without a network, and a clock that a test moves.
 */
class FollowingPlacementTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long OURS = 0xC1;
  private static final long OTHER = 0xC2;

  private final ManualLoop loop = new ManualLoop();
  private final Map<String, ScriptedNode> nodes = new LinkedHashMap<>();
  private final ScriptedNode a = node("a:1");
  private final ScriptedNode b = node("b:1");
  private final ScriptedNode c = node("c:1");
  private GetPlacementResponse placement = ScriptedClient.placement(OURS, 5, "a:1", "b:1", "c:1");
  private ClusterView view = new ClusterView(new Session(1));
  private Engine engine = client("a:1", "b:1", "c:1");

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  // One node is followed, and left when it falls silent.

  @Test
  void oneNodeTellsAndNobodyIsAskedFromTimeToTime() {
    start();
    int asked = asked();
    ScriptedNode followed = followed();
    for (int i = 0; i < 100; i++) {
      loop.pass(5 * SECOND);
      followed.watches.get(0).beat();
    }
    assertThat(followed()).isSameAs(followed);
    assertThat(nodes.values().stream().mapToInt(node -> node.watchesAsked).sum()).isEqualTo(1);
    assertThat(asked()).isEqualTo(asked);
    placement = ScriptedClient.placement(OURS, 6, "a:1", "b:1");
    followed.publish();
    loop.pass(0);
    assertThat(known().stateVersion()).isEqualTo(6);
    assertThat(asked()).isEqualTo(asked);
  }

  @Test
  void nodeThatFallsSilentIsLeft() {
    start();
    ScriptedNode followed = followed();
    loop.pass(5 * SECOND);
    followed.watches.get(0).beat();
    loop.pass(14 * SECOND);
    assertThat(followed()).isSameAs(followed);
    loop.pass(2 * SECOND);
    assertThat(followed.watches).isEmpty();
    assertThat(followed()).isNotSameAs(followed);
  }

  @Test
  void nodeThatTakesAStreamAndSaysNothingIsLeftSooner() {
    all().forEach(node -> node.watchSilent = true);
    engine.start();
    loop.pass(SECOND);
    assertThat(followed().watchesAsked).isEqualTo(1);
    loop.pass(6 * SECOND);
    assertThat(all()).allMatch(node -> node.watchesAsked >= 1);
    ScriptedNode speaks = b;
    speaks.watchSilent = false;
    loop.pass(60 * SECOND);
    assertThat(followed()).isSameAs(speaks);
  }

  /** Parts of an update are signs of life, but not for ever: nothing is learned from them. */
  @Test
  void updateThatDoesNotEndIsLeftAfterAMinute() {
    start();
    ScriptedNode followed = followed();
    ScriptedNode.Watch stream = followed.watches.get(0);
    for (int i = 0; i < 60; i++) {
      stream.message(part(100 + i, 1));
      loop.pass(SECOND);
    }
    assertThat(followed()).isSameAs(followed);
    stream.message(part(200, 1));
    loop.pass(SECOND);
    stream.message(part(201, 1));
    loop.pass(SECOND);
    assertThat(followed.watches).isEmpty();
    assertThat(followed()).isNotSameAs(followed);
  }

  /** Also one that is begun again and again: what it has cost counts until one is whole. */
  @Test
  void updateThatIsTooLongIsLeft() {
    start();
    ScriptedNode followed = followed();
    ScriptedNode.Watch stream = followed.watches.get(0);
    int parts = 0;
    while (stream.isOpen()) {
      stream.message(part(100 + parts++, 1 << 17)); // a MiB
      assertThat(parts).isLessThanOrEqualTo(64);
    }
    assertThat(parts).isGreaterThan(60);
  }

  /** Each whole update begins the count again. */
  @Test
  void manyUpdatesOfManyPartsAreNoReasonToLeave() {
    start();
    ScriptedNode followed = followed();
    ScriptedNode.Watch stream = followed.watches.get(0);
    for (int i = 0; i < 200; i++) {
      stream.message(part(6 + i, 1 << 17));
      loop.pass(SECOND);
      stream.message(part(6 + i, 0).toBuilder().setMore(false).build());
    }
    assertThat(followed()).isSameAs(followed);
    assertThat(known().stateVersion()).isEqualTo(205);
  }

  @Test
  void updateThatBuildsOnWhatWasMissedIsNotApplied() {
    start();
    ScriptedNode followed = followed();
    int asked = asked();
    placement = ScriptedClient.placement(OURS, 9, "a:1", "b:1");
    WatchPlacementResponse gap =
        part(9, 0).toBuilder().setMore(false).setBaseStateVersion(7).addRemovedNodes(3).build();
    followed.watches.get(0).message(gap);
    assertThat(known().stateVersion()).isEqualTo(5);
    assertThat(followed.watches).isEmpty();
    loop.pass(SECOND);
    assertThat(asked()).isGreaterThan(asked);
    assertThat(known().stateVersion()).isEqualTo(9);
  }

  @Test
  void whereNoNodeTellsOneIsAskedFromTimeToTime() {
    all().forEach(node -> node.watchRefusal = Status.UNIMPLEMENTED);
    start();
    assertThat(followedBy()).isEmpty();
    for (int i = 6; i < 10; i++) {
      placement = ScriptedClient.placement(OURS, i, "a:1", "b:1", "c:1");
      loop.pass(31 * SECOND);
      assertThat(known().stateVersion()).isEqualTo(i);
    }
    c.watchRefusal = null;
    loop.pass(60 * SECOND);
    assertThat(followed()).isSameAs(c);
  }

  /** Also after a time in which a node told what changes. */
  @Test
  void whenNoNodeTellsAnyMoreOneIsAskedFromTimeToTime() {
    start();
    all().forEach(node -> node.watchRefusal = Status.RESOURCE_EXHAUSTED);
    followed().watches.get(0).end(Status.UNAVAILABLE);
    placement = ScriptedClient.placement(OURS, 6, "a:1", "b:1", "c:1");
    loop.pass(31 * SECOND);
    assertThat(known().stateVersion()).isEqualTo(6);
  }

  @Test
  void answerUnderANewerEpochIsAReasonToAskAtOnce() {
    all().forEach(node -> node.watchRefusal = Status.UNIMPLEMENTED);
    start();
    all().forEach(node -> node.epoch = 2);
    placement = ScriptedClient.placement(OURS, 6, "a:1", "b:1", "c:1");
    int asked = asked();
    put();
    loop.pass(SECOND);
    assertThat(asked()).isGreaterThan(asked);
    assertThat(known().stateVersion()).isEqualTo(6);
  }

  @Test
  void nodeThatHasLeftIsPartedFrom() {
    engine = client("a:1", "b:1");
    start();
    assertThat(c.isShutdown()).isFalse();
    assertThat(c.pipesOpened).isEqualTo(1);
    placement = ScriptedClient.placement(OURS, 6, "a:1", "b:1");
    all().forEach(ScriptedNode::publish);
    loop.pass(SECOND);
    assertThat(known().addresses()).containsExactly("a:1", "b:1");
    assertThat(c.isShutdown()).isTrue();
  }

  /** As one that leaves, or moves to another address while the old one still leads to it. */
  @Test
  void nodeThatTellsItselfThatItHasLeftIsNotConnectedAgain() {
    engine = client("a:1", "b:1");
    start();
    c.up = false;
    c.breaksConnections();
    loop.pass(SECOND);
    c.placement = () -> ScriptedClient.placement(OURS, 6, "a:1", "b:1");
    c.up = true;
    loop.pass(5 * SECOND);
    assertThat(known().addresses()).containsExactly("a:1", "b:1");
    assertThat(c.isShutdown()).isTrue();
    assertThat(c.pipesOpened).isEqualTo(1);
  }

  // Nodes of another cluster.

  /** It was followed as soon as the others were silent for a second. */
  @Test
  void oneFormerMemberOfAnotherClusterIsNotFollowed() {
    start();
    c.breaksConnections();
    c.placement = () -> ScriptedClient.placement(OTHER, 1_000, "c:1");
    a.silent = true;
    b.up = false;
    a.breaksConnections();
    b.breaksConnections();
    loop.pass(300 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OURS);
    a.silent = false;
    b.up = true;
    placement = ScriptedClient.placement(OURS, 6, "a:1", "b:1", "c:1");
    loop.pass(60 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OURS);
    assertThat(known().stateVersion()).isEqualTo(6);
  }

  @Test
  void halfOfTheAddressesIsNotEnough() {
    ScriptedNode d = node("d:1");
    d.up = false;
    engine = client("a:1", "b:1", "c:1", "d:1");
    start();
    other(a, b);
    c.up = false;
    c.breaksConnections();
    loop.pass(300 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OURS);
    other(c);
    c.up = true;
    loop.pass(20 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OTHER);
  }

  @Test
  void nodesOfSeveralOtherClustersAreNotFollowed() {
    start();
    other(a);
    b.breaksConnections();
    b.placement = () -> ScriptedClient.placement(0xC3, 9, "b:1");
    c.breaksConnections();
    c.placement = () -> ScriptedClient.placement(0xC4, 9, "c:1");
    loop.pass(300 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OURS);
  }

  @Test
  void whileOneNodeOfTheClusterAnswersMostOthersAreNotFollowed() {
    start();
    other(a, b);
    loop.pass(300 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OURS);
    assertThat(followed()).isSameAs(c);
  }

  /** A node that tells what changes is one of ours, though it may have no time for questions. */
  @Test
  void whileOneNodeOfTheClusterTellsMostOthersAreNotFollowed() {
    start();
    ScriptedNode tells = followed();
    ScriptedNode.Watch stream = tells.watches.get(0);
    tells.silent = true;
    all().stream().filter(node -> node != tells).forEach(this::other);
    for (int i = 0; i < 60; i++) {
      loop.pass(5 * SECOND);
      stream.beat();
    }
    assertThat(known().clusterId()).isEqualTo(OURS);
    tells.breaksConnections();
    loop.pass(20 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OTHER);
  }

  /** Same addresses and a lower version: nothing of the old table may stay. */
  @Test
  void clusterThatWasMadeAnewOnTheSameMachinesIsFollowed() {
    start();
    other(a, b, c);
    loop.pass(20 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OTHER);
    assertThat(known().stateVersion()).isEqualTo(1);
    assertThat(followedBy()).hasSize(1);
    put();
    loop.pass(SECOND);
    assertThat(all().stream().mapToInt(node -> node.operations.size()).sum()).isEqualTo(1);
  }

  /** What is sent to it would be read and written in the other cluster. */
  @Test
  void connectionIsNotOpenedAgainToANodeOfAnotherCluster() {
    start();
    assertThat(a.pipesOpened).isEqualTo(1);
    other(a);
    loop.pass(60 * SECOND);
    assertThat(a.pipesOpened).isEqualTo(1);
    a.placement = () -> placement;
    loop.pass(10 * SECOND);
    assertThat(a.pipesOpened).isEqualTo(2);
  }

  /** Its connection has not broken, as behind a proxy: the first word of it ends that. */
  @Test
  void connectionToANodeThatSaysItIsOfAnotherClusterIsEnded() {
    start();
    ScriptedNode followed = followed();
    ScriptedNode.Watch stream = followed.watches.get(0);
    followed.placement = () -> ScriptedClient.placement(OTHER, 1_000, "a:1");
    stream.beat();
    for (int i = 0; i < 20; i++) {
      put("key-" + i);
    }
    loop.pass(60 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OURS);
    assertThat(followed()).isNotSameAs(followed);
    assertThat(followed.pipesOpened).isEqualTo(1);
    assertThat(followed.operations).isEmpty();
    assertThat(all().stream().mapToInt(node -> node.operations.size()).sum()).isEqualTo(20);
  }

  /** Its members are out of reach, and an endpoint that was given leads to another cluster. */
  @Test
  void strayEndpointGetsNoCallsThoughNoOtherNodeIsThere() {
    ScriptedNode stray = node("x:1");
    other(stray);
    engine = client("a:1", "b:1", "c:1", "x:1");
    start();
    all().forEach(node -> node.up = node == stray);
    all().forEach(ScriptedNode::breaksConnections);
    put("before it was asked");
    loop.pass(100 * MILLI);
    put("after that");
    loop.pass(300 * SECOND);
    assertThat(stray.operations).isEmpty();
    assertThat(stray.pipesOpened).isZero();
    assertThat(stray.watchesAsked).isLessThanOrEqualTo(1);
    assertThat(known().clusterId()).isEqualTo(OURS);
  }

  /** As behind a tunnel: the addresses that nodes tell lead nowhere from here. */
  @Test
  void endpointOfTheClusterGetsTheCallsThatNoMemberTakes() {
    ScriptedNode tunnel = node("t:1");
    engine = client("t:1");
    a.up = false;
    b.up = false;
    c.up = false;
    start();
    put();
    loop.pass(5 * SECOND);
    assertThat(tunnel.operations).hasSize(1);
  }

  /** The placement is older than what happened at that address. */
  @Test
  void memberWhoseAddressLeadsToAnotherClusterGetsNoCalls() {
    other(c);
    engine = client("a:1");
    start();
    for (int i = 0; i < 20; i++) {
      put("key-" + i);
    }
    loop.pass(60 * SECOND);
    assertThat(c.pipesOpened).isZero();
    assertThat(a.operations.size() + b.operations.size()).isEqualTo(20);
  }

  /** A question of an operator, or a scan, would be answered for the other cluster. */
  @Test
  void onlyNodesOfTheClusterAreAskedWhatItHolds() {
    ScriptedNode stray = node("x:1");
    other(stray);
    ScriptedNode tunnel = node("t:1");
    engine = client("t:1", "x:1");
    assertThat(askedWhatItHolds()).containsExactlyInAnyOrder("t:1", "x:1");
    start();
    assertThat(askedWhatItHolds()).containsExactlyInAnyOrder("a:1", "b:1", "c:1", "t:1");
    other(a, tunnel);
    loop.pass(20 * SECOND);
    assertThat(askedWhatItHolds()).doesNotContain("a:1", "x:1").contains("b:1", "c:1");
    b.up = false;
    c.up = false;
    b.breaksConnections();
    c.breaksConnections();
    loop.pass(20 * SECOND);
    assertThat(known().clusterId()).isEqualTo(OTHER);
    assertThat(askedWhatItHolds()).containsExactlyInAnyOrder("a:1", "t:1", "x:1");
  }

  private List<String> askedWhatItHolds() {
    return engine.nodes().ofClusterInTurn(0).stream().map(Connection::address).toList();
  }

  // ---

  private ScriptedNode node(String address) {
    ScriptedNode made = new ScriptedNode(address, loop, () -> placement);
    nodes.put(address, made);
    return made;
  }

  private Engine client(String... endpoints) {
    view = new ClusterView(new Session(1));
    return ScriptedClient.engine(loop, view, nodes, endpoints);
  }

  /** Until the client knows the placement, and follows a node if one tells. */
  private void start() {
    engine.start();
    loop.pass(3 * SECOND);
    assertThat(known().stateVersion()).isEqualTo(5);
  }

  /** From now on processes of another cluster have these addresses. */
  private void other(ScriptedNode... whose) {
    for (ScriptedNode node : whose) {
      node.breaksConnections();
      node.placement = () -> ScriptedClient.placement(OTHER, 1, "a:1", "b:1", "c:1");
    }
  }

  /** The others will be there in a moment, and its clock may be behind for a minute. */
  @Test
  void nodeWhoseClockIsBehindIsNotAskedAgainWhileOthersAreStillConnected() {
    a.refusal = FakeCluster.aheadOfClock(60_000).getFailure();
    b.answersAfterNanos = 300 * MILLI;
    c.answersAfterNanos = 300 * MILLI;
    engine.start();
    Call<?> put = put("key");
    loop.pass(200 * MILLI);
    assertThat(a.operations).hasSize(1);
    assertThat(put.future).isNotDone();
    loop.pass(200 * MILLI);
    assertThat(put.future).isCompleted();
    assertThat(a.operations).hasSize(1);
  }

  private void put() {
    put("key");
  }

  private Call<?> put(String name) {
    Call<?> call = ScriptedClient.put(loop, name);
    engine.submit(call);
    return call;
  }

  private RouteTable known() {
    return Objects.requireNonNull(view.table(), "nothing is known");
  }

  private List<ScriptedNode> all() {
    return List.copyOf(nodes.values());
  }

  private int asked() {
    return nodes.values().stream().mapToInt(node -> node.questions.size()).sum();
  }

  private List<ScriptedNode> followedBy() {
    return nodes.values().stream().filter(node -> !node.watches.isEmpty()).toList();
  }

  /** The only node that is followed. */
  private ScriptedNode followed() {
    assertThat(followedBy()).hasSize(1);
    assertThat(followedBy().get(0).watches).hasSize(1);
    return followedBy().get(0);
  }

  /** Returns a part that names this many nodes, of an update that has further parts. */
  private static WatchPlacementResponse part(long version, int nodes) {
    List<Long> listed = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      listed.add((long) i);
    }
    return WatchPlacementResponse.newBuilder()
        .setClusterId(OURS)
        .setStateVersion(version)
        .setBaseStateVersion(5)
        .setPartitionCount(ScriptedClient.PARTITIONS)
        .setMore(true)
        .addAllListedNodes(listed)
        .build();
  }
}
