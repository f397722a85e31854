package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.OperationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node asks connections to end at an age, and cuts them off after half a second. */
class ConnectionAgeTest {
  private static final int AT_A_TIME = 8;
  private static final int ANSWERED_AFTER_MILLIS = 20;
  private static final String SLOW = "slow";

  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void close() {
    later.shutdownNow();
    cluster.close();
  }

  private void start() {
    node.kill();
    node.connectionAge = Duration.ofSeconds(1);
    node.start();
    node.script =
        slow -> {
          OperationResult answer = cluster.serve(slow).toBuilder().setId(slow.getId()).build();
          boolean isSlow = slow.getPut().getKey().toStringUtf8().equals(SLOW);
          var unused =
              later.schedule(
                  () -> node.answer(answer),
                  isSlow ? 10_000 : ANSWERED_AFTER_MILLIS,
                  TimeUnit.MILLISECONDS);
          return null;
        };
  }

  /** Calls are held back for a moment, and no longer, for what is in flight to end. */
  @Test
  void oneSlowCallDoesNotHoldUpTheOthers() {
    node.connectionAgeGrace = Duration.ofSeconds(20);
    start();
    try (QuorateClient client = cluster.client()) {
      cluster.connect(client);
      var unused = client.asyncKeyValue().put(SLOW, "v");
      long longest = 0;
      int pipesBefore = node.pipesOpened.get();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (node.pipesOpened.get() < pipesBefore + 2 && System.nanoTime() - end < 0) {
        long began = System.nanoTime();
        var stored = client.keyValue().put("quick", "v");
        assertThat(stored).isNotNull();
        longest = Math.max(longest, System.nanoTime() - began);
      }
      assertThat(node.pipesOpened.get()).isGreaterThanOrEqualTo(pipesBefore + 2);
      assertThat(longest).isLessThan(TimeUnit.SECONDS.toNanos(3));
    }
  }

  @Test
  void noCallIsCutOffWithItsConnection() {
    start();
    int calls = 0;
    try (QuorateClient client = cluster.client()) {
      cluster.connect(client);
      node.frames.clear();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
      int pipesBefore = node.pipesOpened.get();
      while (node.pipesOpened.get() < pipesBefore + 3 && System.nanoTime() - end < 0) {
        List<CompletableFuture<WriteResult>> puts = new ArrayList<>();
        for (int i = 0; i < AT_A_TIME; i++) {
          puts.add(client.asyncKeyValue().put("key-" + i, "v"));
        }
        puts.forEach(CompletableFuture::join);
        calls += AT_A_TIME;
      }
      assertThat(node.pipesOpened.get()).isGreaterThanOrEqualTo(pipesBefore + 3);
    }
    assertThat(node.operations()).as("each call is sent once").hasSize(calls);
  }
}
