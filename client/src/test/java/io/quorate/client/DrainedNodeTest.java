package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that is drained tells so, and is sent nothing more; so nothing is refused there. */
class DrainedNodeTest {
  private static final String KEY = "user:1";
  private static final int KEYS = 200;

  private final FakeCluster cluster = new FakeCluster(3);
  private final FakeNode drained = cluster.coordinator(KEY);
  private final QuorateClient client = cluster.client();
  private final KeyValue kv = client.keyValue();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private void put(int from, int count) {
    List<CompletableFuture<WriteResult>> puts = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      puts.add(client.asyncKeyValue().put("k" + i, "v"));
    }
    puts.forEach(CompletableFuture::join);
  }

  private static long puts(FakeNode node) {
    return node.operations().stream().filter(Operation::hasPut).count();
  }

  /** What is sent from then on goes elsewhere; only what had been sent may still be there. */
  private void drainAndAwaitThatItIsHeard() {
    drained.drain(true);
    await()
        .until(
            () -> {
              drained.frames.clear();
              kv.put(KEY, "v");
              return puts(drained) == 0;
            });
    drained.script = refused -> FakeCluster.failed(Failure.Reason.REASON_NOT_SERVING);
  }

  @Test
  void nothingIsSentToANodeThatTold() {
    cluster.connect(client);
    drainAndAwaitThatItIsHeard();
    put(0, KEYS);
    assertThat(puts(drained)).isZero();
    assertThat(client.counts().retries()).isZero();
  }

  /** With 1 % of its keys at first, as a node that was started again. */
  @Test
  void aNodeThatIsResumedGetsItsKeysBackBitByBit() {
    cluster.connect(client);
    put(0, KEYS);
    long share = puts(drained);
    assertThat(share).isGreaterThan(KEYS / 6);
    drainAndAwaitThatItIsHeard();
    drained.script = cluster::serve;
    drained.drain(false);
    drained.frames.clear();
    put(0, KEYS);
    assertThat(puts(drained)).as("at once").isLessThan(share / 2);
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              drained.frames.clear();
              put(0, KEYS);
              assertThat(puts(drained)).isEqualTo(share);
            });
    assertThat(client.counts().retries()).isZero();
  }

  /** It is told with the answer that each client waits for before it sends anything. */
  @Test
  void aClientThatComesLaterSendsNothingEither() {
    drained.drain(true);
    drained.script = refused -> FakeCluster.failed(Failure.Reason.REASON_NOT_SERVING);
    int pipes = drained.pipesOpened.get();
    try (QuorateClient later = cluster.client()) {
      for (int i = 0; i < KEYS; i++) {
        later.keyValue().put("k" + i, "v");
      }
      await().until(() -> drained.pipesOpened.get() > pipes);
      for (int i = 0; i < KEYS; i++) {
        later.keyValue().put("k" + i, "v");
      }
      assertThat(puts(drained)).isZero();
      assertThat(later.counts().retries()).isZero();
    }
  }

  @Test
  void aNodeThatWasStartedAgainIsUsedAgain() {
    cluster.connect(client);
    drainAndAwaitThatItIsHeard();
    drained.kill();
    drained.drain(false);
    drained.script = cluster::serve;
    drained.start();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              kv.put(KEY, "v");
              assertThat(puts(drained)).isPositive();
            });
  }

  /** For a moment it still takes what it is sent. */
  @Test
  void aDrainedNodeIsAskedIfThereIsNoOther() {
    cluster.connect(client);
    cluster.nodes.forEach(node -> node.drain(true));
    kv.put(KEY, "v");
    await()
        .untilAsserted(
            () -> {
              kv.put(KEY, "v");
              assertThat(cluster.nodes).anyMatch(node -> puts(node) > 0);
            });
  }

  private void drainAll() {
    cluster.connect(client);
    for (FakeNode node : cluster.nodes) {
      node.drain(true);
      node.script = refused -> FakeCluster.failed(Failure.Reason.REASON_NOT_SERVING);
    }
  }

  @Test
  void whatAllDrainedNodesRefusedWaitsForOneThatIsInOrder() {
    drainAll();
    WriteOptions patient = WriteOptions.DEFAULT.timeout(Duration.ofMinutes(1));
    List<CompletableFuture<WriteResult>> puts = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      puts.add(client.asyncKeyValue().put("k" + i, "v", patient));
    }
    await()
        .during(Duration.ofMillis(1500)) // longer than ten attempts with backoff take
        .untilAsserted(() -> assertThat(puts).noneMatch(CompletableFuture::isDone));
    drained.script = cluster::serve;
    drained.drain(false);
    puts.forEach(CompletableFuture::join);
    assertThat(client.counts().retries())
        .as("each asks each node once or so")
        .isLessThan(4L * KEYS);
  }

  @Test
  void whatNoNodeTookInTimeTellsThatAllAreDrained() {
    drainAll();
    WriteOptions hasty = WriteOptions.DEFAULT.timeout(Duration.ofSeconds(2));
    assertThatThrownBy(() -> kv.put(KEY, "v", hasty))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no Quorate node carried it out within")
        .hasMessageMatching(".*the last refusal was by [^ ]+:[0-9]+: scripted.*")
        .hasMessageContaining("drained");
  }
}
