package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeLocks;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.ReleaseLockRequest;
import io.quorate.proto.v1.RenewLocksRequest;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.ShowLockResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Locks through nodes that a network leads to. */
class LocksTest {
  private static final Duration TTL = Duration.ofSeconds(2);

  private final FakeCluster cluster = new FakeCluster(2);
  private final FakeLocks kept = new FakeLocks(System::nanoTime);
  private final QuorateClient client = cluster.client();
  private final Locks locks = client.locks();

  @BeforeEach
  void serve() {
    cluster.nodes.forEach(node -> node.locksScript = kept::answer);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private static Failure failure(Reason reason) {
    return Failure.newBuilder().setReason(reason).setMessage("scripted").build();
  }

  private void refuse(Reason reason, Status.Code code) {
    for (FakeNode node : cluster.nodes) {
      node.locksScript =
          ask -> {
            throw FakeNode.refusal(failure(reason), code);
          };
    }
  }

  @Test
  void aLockIsHeldByOneAndThenByAnother() {
    try (Lock lock = locks.tryAcquire("a", TTL).orElseThrow()) {
      assertThat(lock.isHeld()).isTrue();
      assertThat(lock.name()).isEqualTo("a");
      assertThat(lock.ttl()).isEqualTo(TTL);
      assertThat(lock.toString()).contains("name=a", "held");
      assertThat(locks.tryAcquire("a", TTL)).isEmpty();
      HeldLock held = locks.show("a").holders().get(0);
      assertThat(held.owner()).isEqualTo(lock.owner());
      assertThat(held.token()).isEqualTo(lock.token());
      assertThat(held.left()).isBetween(Duration.ofMillis(1), TTL);
    }
    assertThat(locks.show("a").holders()).isEmpty();
    Lock next = locks.tryAcquire("a", TTL).orElseThrow();
    assertThat(next.release()).isTrue();
    assertThat(next.isHeld()).isFalse();
  }

  @Test
  void aWaitOfLessThanNothingIsRefused() {
    assertThatThrownBy(() -> locks.acquire("a", Duration.ofSeconds(10), Duration.ofSeconds(-1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "acquisition of lock 'a': a wait of PT-1S: give zero, so as not to wait, or more");
  }

  @Test
  void locksAreListedPageByPage() {
    for (String name : new String[] {"a1", "b1", "b2", "b3", "b4", "b5", "c"}) {
      kept.take(name, "o", 60_000);
    }
    assertThat(locks.list("b"))
        .extracting(HeldLock::name)
        .containsExactly("b1", "b2", "b3", "b4", "b5");
    assertThat(locks.list()).hasSize(7);
  }

  @Test
  void whatIsLeftToOthersIsRenewedAndReleasedByNameAndToken() {
    Lock left =
        locks
            .tryAcquire("a", TTL, LockOptions.DEFAULT.owner("script").renewed(false))
            .orElseThrow();
    client.close();
    try (QuorateClient other = cluster.client()) {
      assertThat(other.locks().renew("script"))
          .extracting(HeldLock::token)
          .containsExactly(left.token());
      assertThat(other.locks().release("a", "script", left.token() + 1)).isFalse();
      assertThat(other.locks().release("a", "script", left.token())).isTrue();
      assertThat(other.locks().renew("script")).isEmpty();
    }
  }

  @Test
  void anotherNodeIsAskedWhenOneDoesNotAnswer() {
    cluster.nodes.get(0).locksScript = ask -> null;
    Lock lock = locks.tryAcquire("a", Duration.ofSeconds(3)).orElseThrow();
    await()
        .until(
            () ->
                cluster.nodes.get(1).locksAsked.stream()
                        .filter(RenewLocksRequest.class::isInstance)
                        .count()
                    >= 2);
    assertThat(lock.isHeld()).isTrue();
    lock.close();
    assertThat(kept.holder("a")).isNull();
  }

  /** As while node 1 leads, and then node 0. */
  @Test
  void theNodeThatDecidesIsAskedFirst() {
    client.keyValue().get("connected");
    leads(1);
    acquireAndRelease(3); // until the client knows
    int before = cluster.nodes.get(0).locksAsked.size();
    acquireAndRelease(20);
    assertThat(cluster.nodes.get(0).locksAsked).hasSize(before);

    leads(0);
    acquireAndRelease(3);
    before = cluster.nodes.get(1).locksAsked.size();
    acquireAndRelease(20);
    assertThat(cluster.nodes.get(1).locksAsked).hasSize(before);
  }

  /** What one node answers is decided there, and the others say that they have forwarded it. */
  private void leads(int leader) {
    for (int i = 0; i < cluster.nodes.size(); i++) {
      boolean forwards = i != leader;
      cluster.nodes.get(i).locksScript = ask -> forwarded(kept.answer(ask), forwards);
    }
  }

  private static @Nullable Message forwarded(@Nullable Message answer, boolean forwards) {
    return answer == null
        ? null
        : answer.toBuilder()
            .setField(answer.getDescriptorForType().findFieldByName("forwarded"), forwards)
            .build();
  }

  private void acquireAndRelease(int times) {
    for (int i = 0; i < times; i++) {
      locks.tryAcquire("a", TTL).orElseThrow().close();
    }
  }

  /** A process that is stopped closes no connection, and a wait may take hours. */
  @Test
  void aWaitGoesOnAtAnotherNodeWhenOneIsGone() {
    for (FakeNode node : cluster.nodes) {
      node.locksScript =
          ask -> {
            boolean waits = ask instanceof AcquireLockRequest;
            node.mute = waits && node.locksAsked.size() == 1;
            return waits && otherAsked(node) ? kept.answer(ask) : waits ? null : kept.answer(ask);
          };
    }
    client.keyValue().get("connected"); // else being asked for its cluster passes for an answer
    Optional<Lock> lock = locks.acquire("a", TTL, Duration.ofHours(1));
    assertThat(lock).isPresent();
    assertThat(cluster.nodes).allMatch(node -> !node.locksAsked.isEmpty());
    // on the connection to the node that is gone, which no answer on another one waits for
    await().until(() -> cluster.nodes.stream().anyMatch(node -> node.locksGivenUp.get() > 0));
  }

  private boolean otherAsked(FakeNode node) {
    return cluster.nodes.stream().anyMatch(it -> it != node && !it.locksAsked.isEmpty());
  }

  @Test
  void eachRefusalHasItsException() {
    refuse(Reason.REASON_FAILED_PRECONDITION, Status.Code.FAILED_PRECONDITION);
    assertThatThrownBy(() -> locks.tryAcquire("a", TTL))
        .isInstanceOf(FailedPreconditionException.class)
        .hasMessageContainingAll("acquisition of lock 'a'", "scripted");
    refuse(Reason.REASON_OVERLOADED, Status.Code.RESOURCE_EXHAUSTED);
    assertThatThrownBy(() -> locks.tryAcquire("a", TTL)).isInstanceOf(OverloadedException.class);
    refuse(Reason.REASON_INVALID, Status.Code.INVALID_ARGUMENT);
    assertThatThrownBy(() -> locks.tryAcquire("a", Duration.ofMillis(1)))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> locks.acquire("a", TTL, Duration.ofMillis(-1)))
        .isInstanceOf(InvalidRequestException.class);
    client.close();
    assertThatThrownBy(() -> locks.tryAcquire("a", TTL)).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> locks.show("a")).isInstanceOf(ClientClosedException.class);
  }

  @Test
  void closingTheClientReleasesItsLocks() {
    Lock lock = locks.tryAcquire("a", Duration.ofMinutes(1)).orElseThrow();
    AtomicBoolean lost = new AtomicBoolean();
    lock.onLost(() -> lost.set(true));
    client.close();
    assertThat(lock.isHeld()).isFalse();
    assertThat(kept.holder("a")).isNull();
    assertThat(lost).isFalse();
    lock.close();
  }

  @Test
  void blockingCallsAreRefusedOnTheEventLoop() {
    Lock lock = locks.tryAcquire("a", TTL).orElseThrow();
    CountDownLatch asked = new CountDownLatch(1);
    cluster.nodes.forEach(
        node ->
            node.locksScript =
                ask -> {
                  // Else it may be answered before the next step is there, which this thread takes.
                  assertThat(asked).satisfies(CountDownLatch::await);
                  return kept.answer(ask);
                });
    CompletableFuture<Void> onLoop =
        client
            .asyncLocks()
            .show("a")
            .thenAccept(
                shown -> {
                  assertThatThrownBy(() -> locks.tryAcquire("b", TTL))
                      .isInstanceOf(IllegalStateException.class);
                  assertThatThrownBy(() -> locks.show("a"))
                      .isInstanceOf(IllegalStateException.class);
                  lock.close(); // waits for nothing there
                });
    asked.countDown();
    onLoop.join();
    await().until(() -> kept.holder("a") == null);
    assertThat(kept.holder("b")).isNull();
  }

  @Test
  void closingOnTheEventLoopReleasesToo() {
    Lock lock = locks.tryAcquire("a", Duration.ofMinutes(1)).orElseThrow();
    client.asyncLocks().show("a").thenAccept(shown -> client.close()).join();
    await().until(() -> kept.holder("a") == null);
    assertThat(lock.isHeld()).isFalse();
  }

  @Test
  void aThreadThatIsInterruptedLeavesNoLock() throws Exception {
    kept.take("a", "another", 60_000);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                Optional<Lock> unused = locks.acquire("a", TTL, Duration.ofHours(1));
              } catch (RuntimeException failure) {
                thrown.complete(failure);
              }
            });
    waiting.start();
    await().until(() -> cluster.nodes.stream().anyMatch(node -> !node.locksAsked.isEmpty()));
    waiting.interrupt();
    assertThat(thrown.join()).isInstanceOf(OutcomeUnknownException.class);
    await().until(() -> cluster.nodes.stream().anyMatch(node -> node.locksGivenUp.get() > 0));
    waiting.join();
    assertThat(
            cluster.nodes.stream()
                .flatMap(node -> node.locksAsked.stream())
                .filter(ReleaseLockRequest.class::isInstance))
        .isEmpty(); // it belongs to another
  }

  /** Else its call stays open until the node's time for it is over. */
  @Test
  void aWatchThatIsClosedGivesItsCallUp() {
    CountDownLatch told = new CountDownLatch(1);
    for (FakeNode node : cluster.nodes) {
      node.locksScript =
          ask ->
              ask instanceof ShowLockRequest show && show.getWaitMs() > 0 ? null : kept.answer(ask);
    }
    LockWatch watch = locks.watch("a", status -> told.countDown());
    await().until(() -> told.getCount() == 0 && cluster.nodes.stream().anyMatch(this::isWatched));
    watch.close();
    await().until(() -> cluster.nodes.stream().anyMatch(node -> node.locksGivenUp.get() > 0));
  }

  /** A node takes 1,000 calls of a connection, and ends it when 200 of them are reset in 10 s. */
  @Test
  void waitsAreNoCallsOfTheirOwn() {
    cluster.connect(client);
    kept.take("a", "another", 600_000);
    List<CompletableFuture<Optional<Lock>>> waits = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      waits.add(client.asyncLocks().acquire("a", TTL, Duration.ofHours(1)));
    }
    await().until(() -> lockRequests(AcquireLockRequest.class) >= 1_500);
    assertThat(streams()).isLessThanOrEqualTo(2 * cluster.nodes.size());
    waits.forEach(each -> each.cancel(false));
    await().until(() -> lockRequests(ShowLockRequest.class) >= 1_500);
    await()
        .until(
            () -> cluster.nodes.stream().mapToInt(node -> node.locksGivenUp.get()).sum() >= 1_500);
    assertThat(streams()).isLessThanOrEqualTo(4 * cluster.nodes.size());
  }

  private int lockRequests(Class<? extends Message> kind) {
    return (int)
        cluster.nodes.stream()
            .flatMap(node -> node.locksAsked.stream())
            .filter(kind::isInstance)
            .count();
  }

  private int streams() {
    return cluster.nodes.stream().mapToInt(node -> node.lockStreams.get()).sum();
  }

  /**
   * The question arrives before the node hears that the acquisition was given up, as they go by
   * different connections.
   */
  @Test
  void whatIsGrantedAfterItWasGivenUpIsReleased() {
    kept.take("a", "another", 600_000);
    List<AcquireLockRequest> asked = new CopyOnWriteArrayList<>();
    AtomicInteger shown = new AtomicInteger();
    for (FakeNode node : cluster.nodes) {
      node.locksScript =
          ask -> {
            if (ask instanceof AcquireLockRequest acquire) {
              asked.add(acquire);
              return null;
            }
            if (ask instanceof ShowLockRequest && shown.incrementAndGet() < 3) {
              return ShowLockResponse.newBuilder().addWaiting(asked.get(0).getOwner()).build();
            }
            if (ask instanceof ShowLockRequest) {
              kept.take("a", asked.get(0).getOwner(), 600_000);
            }
            return kept.answer(ask);
          };
    }
    var wait = client.asyncLocks().acquire("a", TTL, Duration.ofHours(1));
    await().until(() -> !asked.isEmpty());
    wait.cancel(false);
    await().until(() -> shown.get() == 3 && kept.holder("a") == null);
  }

  private boolean isWatched(FakeNode node) {
    return node.locksAsked.stream()
        .anyMatch(ask -> ask instanceof ShowLockRequest show && show.getWaitMs() > 0);
  }
}
