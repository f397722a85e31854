package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is unanswered is bounded, and what is past the bound is refused at once. */
class OverloadTest {
  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void callsPastTheBoundAreRefusedAndNotSent() {
    try (QuorateClient client = client(10, 1 << 20)) {
      AsyncKeyValue kv = client.asyncKeyValue();
      kv.get("connected").join();
      node.frames.clear();
      node.script = held -> null;
      List<CompletableFuture<WriteResult>> puts = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        puts.add(kv.put("k" + i, "v"));
      }
      assertThat(puts.subList(0, 10)).noneMatch(CompletableFuture::isDone);
      assertThat(puts.subList(10, 15)).allMatch(CompletableFuture::isCompletedExceptionally);
      OverloadedException refused = refusal(puts.get(12));
      assertThat(refused.mayHaveApplied()).isFalse();
      assertThat(refused.retryAfter()).isPositive();
      assertThat(refused).hasMessageContaining("10 operations");

      await().until(() -> node.operations().size() == 10);
      for (Operation operation : node.operations()) {
        node.answer(cluster.serve(operation).toBuilder().setId(operation.getId()).build());
      }
      CompletableFuture.allOf(puts.subList(0, 10).toArray(new CompletableFuture<?>[0])).join();
      assertThat(node.operations()).hasSize(10);
      node.script = cluster::serve;
      kv.put("there is room again", "v").join();
    }
  }

  @Test
  void bytesAreBoundedButOneBigCallMayAlwaysStart() {
    try (QuorateClient client = client(100, 10_000)) {
      AsyncKeyValue kv = client.asyncKeyValue();
      kv.put(new byte[1], new byte[50_000]).join();
      node.script = held -> null;
      CompletableFuture<WriteResult> first = kv.put(new byte[1], new byte[6_000]);
      CompletableFuture<WriteResult> second = kv.put(new byte[1], new byte[6_000]);
      assertThat(first).isNotDone();
      assertThat(refusal(second)).hasMessageContaining("bytes are unanswered");
    }
  }

  @Test
  void clientThatIsRefusedAsksLessByItself() {
    try (QuorateClient client = client(1000, 1 << 20)) {
      AsyncKeyValue kv = client.asyncKeyValue();
      kv.get("connected").join();
      AtomicInteger asked = new AtomicInteger();
      node.script = held -> tooMuch(asked, 60_000);
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> String.valueOf(refusal(kv.put("k", "v")).getMessage()).startsWith("not sent"));
      int before = asked.get();
      for (int i = 0; i < 1000; i++) {
        assertThat(refusal(kv.put("k", "v")).retryAfter()).hasMinutes(1);
      }
      assertThat(asked.get() - before).isLessThan(300);
    }
  }

  private static OperationResult tooMuch(AtomicInteger asked, int retryAfterMillis) {
    asked.incrementAndGet();
    return OperationResult.newBuilder()
        .setFailure(
            Failure.newBuilder()
                .setReason(Failure.Reason.REASON_OVERLOADED)
                .setMessage("too much")
                .setRetryAfterMs(retryAfterMillis))
        .build();
  }

  /** As that of a node that pauses, or beside which another one starts. */
  @Test
  void refusalsOfAMomentAreWaitedOut() {
    try (QuorateClient client = client(10_000, 1 << 20)) {
      AsyncKeyValue kv = client.asyncKeyValue();
      kv.get("connected").join();
      AtomicInteger refused = new AtomicInteger();
      node.script = held -> tooMuch(refused, 20);
      List<CompletableFuture<WriteResult>> puts = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        puts.add(kv.put("k" + i, "v", WriteOptions.DEFAULT.timeout(Duration.ofMinutes(1))));
      }
      await().until(() -> refused.get() > 300); // more than retries may add; the rest is held back
      assertThat(puts).noneMatch(CompletableFuture::isDone);
      node.script = cluster::serve;
      CompletableFuture.allOf(puts.toArray(new CompletableFuture<?>[0])).join();
    }
  }

  @Test
  void refusalsThatLastAreHandedOnAtOnce() {
    try (QuorateClient client = client(10_000, 1 << 20)) {
      AsyncKeyValue kv = client.asyncKeyValue();
      kv.get("connected").join();
      AtomicInteger refused = new AtomicInteger();
      node.script = held -> tooMuch(refused, 20);
      List<CompletableFuture<WriteResult>> puts = new ArrayList<>();
      WriteOptions patient = WriteOptions.DEFAULT.timeout(Duration.ofMinutes(2));
      await()
          .pollInterval(Duration.ofMillis(10))
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                puts.add(kv.put("k", "v", patient));
                return puts.get(puts.size() - 1).isCompletedExceptionally();
              });
      for (CompletableFuture<WriteResult> put : puts) {
        assertThat(refusal(put).mayHaveApplied()).isFalse(); // long before their time is over
      }
    }
  }

  /** What a node with a bug may say ends the call, and no other. */
  @Test
  void aTimeToComeBackBeyondAllNumbersIsALongTime() {
    try (QuorateClient client = client(1000, 1 << 20)) {
      AsyncKeyValue kv = client.asyncKeyValue();
      kv.get("connected").join();
      CompletableFuture<WriteResult> other;
      node.script = held -> null;
      other = kv.put("other", "v");
      await().until(() -> node.operations().size() == 2);
      node.script =
          held ->
              OperationResult.newBuilder()
                  .setFailure(
                      Failure.newBuilder()
                          .setReason(Failure.Reason.REASON_OVERLOADED)
                          .setRetryAfterMs(-1))
                  .build();
      assertThat(refusal(kv.put("k", "v")).retryAfter()).isGreaterThan(Duration.ofDays(1));
      Operation waiting = node.operations().get(1);
      node.answer(cluster.serve(waiting).toBuilder().setId(waiting.getId()).build());
      other.join();
      assertThat(node.operations()).as("the stream of all calls has not ended").hasSize(3);
    }
  }

  private QuorateClient client(int calls, long bytes) {
    return QuorateClient.builder().endpoints(cluster.endpoints()).outstanding(calls, bytes).build();
  }

  private static OverloadedException refusal(CompletableFuture<?> call) {
    try {
      call.join();
    } catch (CompletionException failed) {
      return (OverloadedException) QuorateException.causeOf(failed);
    }
    throw new AssertionError("was not refused");
  }
}
