package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Scan;
import io.quorate.client.admin.Administration;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.GetPlacementResponse;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How a client learns where keys live now, by real connections; {@link FollowingPlacementTest} has
 * the rules step by step.
 */
class PlacementWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FakeCluster cluster = new FakeCluster(3);
  private QuorateClient client = cluster.client();
  private final KeyValue kv = client.keyValue();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void oneNodeIsWatched() {
    cluster.connect(client);
    FakeNode watched = watched();
    assertThat(cluster.nodes.stream().mapToInt(node -> node.watches.size()).sum()).isEqualTo(1);
    assertThat(watched.watchesAsked).hasValue(1);
  }

  /** Answers give no hint: their epochs are what the client knows. */
  @Test
  void keysAreRoutedByAnUpdateWithoutAnyQuestion() {
    cluster.connect(client);
    FakeNode unused = watched();
    List<FakeNode> before = List.copyOf(cluster.nodes);
    int asked = asked(before);
    FakeNode joined = joins();
    cluster.publish();
    awaitKeysAt(joined);
    assertThat(asked(before)).isEqualTo(asked);
  }

  /** As in a cluster that is upgraded node by node. */
  @Test
  void theOneNodeThatKnowsTheStreamIsFound() {
    client.close();
    cluster.nodes.get(0).watchRefusal = Status.UNIMPLEMENTED;
    cluster.nodes.get(2).watchRefusal = Status.RESOURCE_EXHAUSTED;
    client = cluster.client();
    until().until(() -> cluster.nodes.get(1).watches.size() == 1);
  }

  @Test
  void whenAStreamEndsAnotherNodeIsWatched() {
    cluster.connect(client);
    FakeNode first = watched();
    List<FakeNode> before = List.copyOf(cluster.nodes);
    int asked = asked(before);
    first.watchRefusal = Status.UNAVAILABLE;
    first.endWatches(Status.UNAVAILABLE.withDescription("this node stops"));
    FakeNode second = watched();
    assertThat(second).isNotSameAs(first);
    FakeNode joined = joins();
    cluster.publish();
    awaitKeysAt(joined);
    assertThat(asked(before)).isEqualTo(asked);
  }

  @Test
  void whenAWatchedNodeDiesAnotherIsWatched() {
    cluster.connect(client);
    FakeNode first = watched();
    first.kill();
    FakeNode second = watched();
    assertThat(second).isNotSameAs(first);
    cluster.nodes.remove(first);
    FakeNode joined = joins();
    cluster.publish();
    awaitKeysAt(joined);
  }

  /** What the new stream tells begins where the old one ended. */
  @Test
  void changesBetweenTwoStreamsAreNotMissed() {
    cluster.connect(client);
    FakeNode first = watched();
    FakeNode joined = joins();
    first.watchRefusal = Status.UNAVAILABLE;
    first.endWatches(Status.UNAVAILABLE);
    awaitKeysAt(joined);
  }

  /** One that hears nothing of what is decided sends nothing newer; it must not be trusted. */
  @Test
  void nodeThatLagsBehindChangesNothing() {
    cluster.connect(client);
    cluster.stateVersion = 5;
    cluster.publish();
    FakeNode first = watched();
    FakeNode joined = joins();
    cluster.stateVersion = 6;
    cluster.publish();
    awaitKeysAt(joined);
    GetPlacementResponse old =
        cluster.placement().toBuilder().setStateVersion(4).removeNodes(0).build();
    cluster.nodes.forEach(node -> node.placement = () -> old);
    first.endWatches(Status.UNAVAILABLE);
    FakeNode unused = watched();
    int before = joined.operations().size();
    putKeys();
    assertThat(joined.operations().size()).isGreaterThan(before);
  }

  /** Same addresses, same version, other cluster: nothing of the old table may stay. */
  @Test
  void clusterThatIsMadeAnewIsFollowed() {
    cluster.connect(client);
    FakeNode unused = watched();
    FakeNode joined = new FakeNode(cluster::serve, cluster::placement);
    cluster.nodes.add(0, joined);
    cluster.clusterId = 0xC2;
    List.copyOf(cluster.nodes).forEach(node -> node.endWatches(Status.UNAVAILABLE));
    awaitKeysAt(joined);
    until().until(() -> cluster.nodes.stream().anyMatch(node -> !node.watches.isEmpty()));
  }

  /** Before it was ever asked for its cluster, and after that. */
  @Test
  void strayEndpointAnswersNothingThoughNoMemberIsThere() {
    client.close();
    try (FakeCluster other = new FakeCluster(1)) {
      other.clusterId = 0xC2;
      FakeNode stray = other.nodes.get(0);
      client =
          QuorateClient.builder()
              .endpoints(cluster.endpoints() + "," + other.endpoints())
              .timeout(Duration.ofMillis(500))
              .build();
      cluster.connect(client);
      cluster.nodes.forEach(FakeNode::kill);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> Administration.of(client).cluster().status())
            .isInstanceOf(QuorateException.class);
        assertThatThrownBy(() -> client.keyValue().put("k", "v"))
            .isInstanceOf(QuorateException.class);
        try (Scan scan = client.keyValue().scan("k")) {
          assertThatThrownBy(scan::hasNext).isInstanceOf(QuorateException.class);
        }
      }
      assertThat(stray.operations()).isEmpty();
      assertThat(stray.scans).isEmpty();
    }
  }

  private FakeNode joins() {
    FakeNode joined = new FakeNode(cluster::serve, cluster::placement);
    cluster.nodes.add(0, joined);
    long before = cluster.stateVersion;
    cluster.stateVersion = before + 1;
    return joined;
  }

  private FakeNode watched() {
    until().until(() -> cluster.nodes.stream().anyMatch(node -> !node.watches.isEmpty()));
    return cluster.nodes.stream().filter(node -> !node.watches.isEmpty()).findFirst().orElseThrow();
  }

  private static int asked(List<FakeNode> nodes) {
    return nodes.stream().mapToInt(node -> node.placementsAsked.get()).sum();
  }

  private void awaitKeysAt(FakeNode node) {
    until()
        .untilAsserted(
            () -> {
              putKeys();
              assertThat(node.operations()).isNotEmpty();
            });
  }

  private void putKeys() {
    putKeys(kv);
  }

  private static void putKeys(KeyValue kv) {
    for (int i = 0; i < 20; i++) {
      kv.put("key-" + i, "v");
    }
  }

  private static ConditionFactory until() {
    return await().atMost(PATIENCE);
  }
}
