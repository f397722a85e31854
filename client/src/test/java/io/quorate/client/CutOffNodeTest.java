package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.OperationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Of five nodes one hears no other, but clients reach it: it refuses everything, and does so much
 * sooner than the others answer.
 */
class CutOffNodeTest {
  private static final int AT_A_TIME = 50;

  private final FakeCluster cluster = new FakeCluster(5);
  private final FakeNode cutOff = cluster.nodes.get(2);
  private final QuorateClient client = cluster.client();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

  @BeforeEach
  void cutOff() {
    cluster.connect(client);
    for (FakeNode node : cluster.nodes) {
      node.script =
          node == cutOff
              ? refused -> FakeCluster.failed(Reason.REASON_UNAVAILABLE)
              : slow -> {
                OperationResult answer =
                    cluster.serve(slow).toBuilder().setId(slow.getId()).build();
                var unused = later.schedule(() -> node.answer(answer), 20, TimeUnit.MILLISECONDS);
                return null;
              };
    }
  }

  @AfterEach
  void close() {
    client.close();
    later.shutdownNow();
    cluster.close();
  }

  @Test
  void nearlyAllCallsSucceedAndTheNodeIsLeftAlone() {
    int failedAtFirst = failed(60);
    cutOff.frames.clear();
    int failed = failed(100);
    assertThat(failed).as("of 5,000; at first %d of 3,000", failedAtFirst).isLessThan(50);
    assertThat(cutOff.operations().size()).as("of 5,000 that it was asked").isLessThan(500);
  }

  @Test
  void nodeThatHearsTheOthersAgainIsAskedAgain() {
    assertThat(failed(40)).isLessThan(2_000 / 10);
    cutOff.script = cluster::serve;
    for (int i = 0; i < 600 && cutOff.operations().size() < 2_000; i++) {
      if (i % 10 == 0) {
        cutOff.frames.clear();
      }
      assertThat(failed(4)).isZero();
      if (cutOff.operations().size() > 20) {
        return;
      }
    }
    assertThat(cutOff.operations().size()).isGreaterThan(20);
  }

  /** Puts, so many at a time; how many fail. */
  private int failed(int rounds) {
    int failed = 0;
    for (int round = 0; round < rounds; round++) {
      List<CompletableFuture<WriteResult>> puts = new ArrayList<>();
      for (int i = 0; i < AT_A_TIME; i++) {
        puts.add(client.asyncKeyValue().put("key-" + round + "-" + i, "v"));
      }
      for (CompletableFuture<WriteResult> put : puts) {
        failed += put.handle((stored, failure) -> failure == null ? 0 : 1).join();
      }
    }
    return failed;
  }
}
