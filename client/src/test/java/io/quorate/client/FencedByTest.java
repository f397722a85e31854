package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads and writes under the token of a lock. */
class FencedByTest {
  private static final WriteOptions JOBS = WriteOptions.DEFAULT.tenant("jobs");
  private static final ReadOptions READ = ReadOptions.DEFAULT.tenant("jobs");

  private final FakeCluster cluster = new FakeCluster(3);
  private final List<Operation> asked = new CopyOnWriteArrayList<>();
  private final QuorateClient client;

  FencedByTest() {
    cluster.createLinearizableTenant("jobs");
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            asked.add(operation);
            return operation.hasDelete() ? fenced() : cluster.serve(operation);
          };
    }
    client = QuorateClient.builder().endpoints(cluster.endpoints()).build();
  }

  private static OperationResult fenced() {
    return FakeCluster.failed(
        Failure.newBuilder().setReason(Reason.REASON_FENCED).setFence(9).setDecided(true).build());
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void theTokenGoesWithTheRequest() {
    client.keyValue().put("job", "begun", JOBS.fencedBy(8));
    client.keyValue().get("job", READ.fencedBy(8));
    client.keyValue().put("job", "begun", JOBS);

    assertThat(asked).hasSize(3);
    assertThat(asked.get(0).getPut().getFenceToken()).isEqualTo(8);
    assertThat(asked.get(1).getGet().getFenceToken()).isEqualTo(8);
    assertThat(asked.get(2).getPut().getFenceToken()).isZero();
  }

  @Test
  void aStaleTokenIsDecidedAndNotTriedAgain() {
    assertThatThrownBy(() -> client.keyValue().delete("job", JOBS.fencedBy(8)))
        .isInstanceOfSatisfying(
            FencedException.class,
            failed -> {
              assertThat(failed.mayHaveApplied()).isFalse();
              assertThat(failed.fence()).isEqualTo(9);
            });
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).getDelete().getFenceToken()).isEqualTo(8);
  }

  /** What another source has says nothing about the lock. */
  @Test
  void noFallbackIsAskedInstead() {
    for (FakeNode node : cluster.nodes) {
      node.script = operation -> fenced();
    }
    ReadOptions orElse =
        READ.fencedBy(8)
            .fallback(key -> CompletableFuture.failedFuture(new AssertionError("asked")));
    assertThatThrownBy(() -> client.keyValue().get("job", orElse))
        .isInstanceOf(FencedException.class);
  }

  @Test
  void noTokenIsBelowOne() {
    assertThatThrownBy(() -> JOBS.fencedBy(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> READ.fencedBy(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(JOBS.fencedBy(3)).isEqualTo(JOBS.fencedBy(3)).isNotEqualTo(JOBS.fencedBy(4));
    assertThat(READ.fencedBy(3)).isEqualTo(READ.fencedBy(3)).isNotEqualTo(READ);
  }
}
