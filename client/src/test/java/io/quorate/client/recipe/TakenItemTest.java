package io.quorate.client.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeLocks;
import io.quorate.proto.v1.ReleaseLockRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An item whose lock a client keeps, which is not told of what extends it. */
class TakenItemTest {
  /** Half of it is left for an answer, which takes its time on a busy machine. */
  private static final Duration VISIBILITY = Duration.ofSeconds(6);

  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeLocks kept = new FakeLocks(System::nanoTime);
  private final QuorateClient client =
      QuorateClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofSeconds(5)).build();

  @BeforeEach
  void serve() {
    cluster.nodes.get(0).locksScript = kept::answer;
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  /** Takes an item, and waits until all that is left of its time is what it was extended by. */
  private WorkItem extended() {
    Lock lock =
        client
            .locks()
            .tryAcquire("item", VISIBILITY, LockOptions.DEFAULT.owner("me").renewed(false))
            .orElseThrow();
    WorkItem item =
        new TakenItem(
            "item",
            new StoredItem(1, new byte[0]),
            lock,
            client.locks(),
            client.keyValue(),
            WriteOptions.DEFAULT,
            RecipeClock.SYSTEM);
    await()
        .atMost(VISIBILITY)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> lock.remaining().compareTo(VISIBILITY.dividedBy(2)) < 0);
    assertThat(item.extend()).isTrue();
    CompletableFuture<Boolean> lost = new CompletableFuture<>();
    lock.onLost(() -> lost.complete(true));
    assertThat(lost).succeedsWithin(Duration.ofSeconds(30));
    return item;
  }

  @Test
  void oneThatWasExtendedIsGivenBackBeforeItsTimeIsOver() {
    WorkItem item = extended();
    assertThat(kept.holder("item")).isEqualTo("me");
    assertThat(item.giveBack()).isTrue();
    assertThat(kept.holder("item")).isNull();
    assertThat(item.giveBack()).as("it was given back before").isFalse();
  }

  @Test
  void thatNoNodeSaysWhatBecameOfItIsTold() {
    WorkItem item = extended();
    cluster.nodes.get(0).locksScript =
        ask -> ask instanceof ReleaseLockRequest ? null : kept.answer(ask);
    assertThatThrownBy(item::giveBack).isInstanceOf(OutcomeUnknownException.class);
  }
}
