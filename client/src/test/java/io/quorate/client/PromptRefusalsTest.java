package io.quorate.client;

import static org.awaitility.Awaitility.await;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.OperationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node is not the promptest for what it refuses at once. */
class PromptRefusalsTest {
  private final FakeCluster cluster = new FakeCluster(2);
  private final QuorateClient client = cluster.client();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void close() {
    client.close();
    later.shutdownNow();
    cluster.close();
  }

  @Test
  void keysStayWithANodeThatAnswersThoughAnotherRefusesSooner() {
    cluster.connect(client);
    FakeNode answers = cluster.nodes.get(0);
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            String key = operation.getGet().getKey().toStringUtf8();
            if (node != answers && key.startsWith("bad")) {
              return FakeCluster.failed(Reason.REASON_INVALID);
            }
            OperationResult answer =
                cluster.serve(operation).toBuilder().setId(operation.getId()).build();
            var unused = later.schedule(() -> node.answer(answer), 20, TimeUnit.MILLISECONDS);
            return null;
          };
    }
    List<String> refused = keys("bad", cluster.nodes.get(1), 20);
    List<String> answered = keys("good", answers, 20);
    long start = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () -> {
              answers.frames.clear();
              ask(refused);
              ask(answered);
              boolean settled = System.nanoTime() - start > TimeUnit.SECONDS.toNanos(2);
              return settled && answers.operations().size() == answered.size();
            });
  }

  /** Keys that a node coordinates. */
  private List<String> keys(String prefix, FakeNode coordinator, int count) {
    return IntStream.range(0, 1000)
        .mapToObj(number -> prefix + number)
        .filter(key -> cluster.coordinator(key) == coordinator)
        .limit(count)
        .toList();
  }

  private void ask(List<String> keys) {
    List<CompletableFuture<GetResult>> gets = new ArrayList<>();
    for (String key : keys) {
      gets.add(client.asyncKeyValue().get(key));
    }
    for (CompletableFuture<GetResult> get : gets) {
      boolean unused = get.handle((found, failure) -> failure == null).join();
    }
  }
}
