package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call that a thread waits for waits for room, too, and hears what it waited for. */
class WaitingCallsTest {
  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService threads = Executors.newFixedThreadPool(64);

  @AfterEach
  void close() {
    threads.shutdownNow();
    later.shutdownNow();
    cluster.close();
  }

  @Test
  void manyThreadsAreServedThoughMoreIsRefusedThanTaken() throws Exception {
    try (QuorateClient client = cluster.client()) {
      KeyValue kv = client.keyValue();
      cluster.limit(node, 10, Duration.ofMillis(2), later);
      WriteOptions patient = WriteOptions.DEFAULT.timeout(Duration.ofMinutes(2));
      List<Future<?>> puts = new ArrayList<>();
      for (int i = 0; i < 640; i++) {
        String key = "key-" + i;
        puts.add(threads.submit(() -> kv.put(key, "v", patient)));
      }
      for (Future<?> put : puts) {
        put.get();
      }
      assertThat(cluster.store).hasSize(640);
    }
  }

  @Test
  void threadsWaitForRoomWithinTheBounds() throws Exception {
    try (QuorateClient client =
        QuorateClient.builder().endpoints(cluster.endpoints()).outstanding(4, 1000).build()) {
      KeyValue kv = client.keyValue();
      WriteOptions patient = WriteOptions.DEFAULT.timeout(Duration.ofMinutes(1));
      List<Future<?>> puts = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        byte[] key = FakeCluster.utf8("key-" + i);
        puts.add(threads.submit(() -> kv.put(key, new byte[300], patient)));
      }
      for (Future<?> put : puts) {
        put.get();
      }
      assertThat(cluster.store).hasSize(200);
    }
  }

  @Test
  void whatWasWaitedForIsTold() {
    try (QuorateClient client =
        QuorateClient.builder().endpoints(cluster.endpoints()).outstanding(1, 1000).build()) {
      client.keyValue().get("connected");
      node.script = held -> null;
      CompletableFuture<WriteResult> first =
          client
              .asyncKeyValue()
              .put("first", "v", WriteOptions.DEFAULT.timeout(Duration.ofSeconds(30)));
      OverloadedException late =
          catchThrowableOfType(
              OverloadedException.class,
              () ->
                  client
                      .keyValue()
                      .put("k", "v", WriteOptions.DEFAULT.timeout(Duration.ofMillis(100))));
      assertThat(late)
          .hasMessageContaining("put of key 'k'")
          .hasMessageContaining("could not be sent within")
          .hasMessageContaining("1 operations");
      assertThat(first).isNotDone();
    }
  }

  /** A node that does not answer in time has refused nothing. */
  @Test
  void timeOutsAreNoRefusals() {
    try (QuorateClient client = cluster.client()) {
      AsyncKeyValue kv = client.asyncKeyValue();
      kv.get("connected").join();
      node.script = held -> null;
      List<CompletableFuture<?>> gets = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        gets.add(kv.get("k", ReadOptions.DEFAULT.timeout(Duration.ofMillis(50))));
      }
      gets.forEach(get -> assertThat(get).failsWithin(Duration.ofSeconds(30)));
      node.script = cluster::serve;
      for (int i = 0; i < 100; i++) {
        assertThat(kv.get("k")).succeedsWithin(Duration.ofSeconds(30));
      }
      assertThat(client.counts().heldBack()).isZero();
    }
  }
}
