package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.AcquireLockResponse;
import io.quorate.proto.v1.AcquireLockResponse.ResultCase;
import io.quorate.proto.v1.ListLocksRequest;
import io.quorate.proto.v1.Lock;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.LocksGrpc.LocksBlockingStub;
import io.quorate.proto.v1.ReleaseLockRequest;
import io.quorate.proto.v1.RenewLocksRequest;
import io.quorate.proto.v1.ShowLockRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks on three real nodes, through all of them, and over the death of each. */
class LocksOnRealNodesTest {
  private static final int FIRST_PORT = 17_660;

  @TempDir private Path directory;

  private final List<ManagedChannel> channels = new ArrayList<>();

  private LocksBlockingStub locks(RealCluster cluster, int node) {
    ManagedChannel channel =
        ManagedChannelBuilder.forTarget(cluster.address(node)).usePlaintext().build();
    channels.add(channel);
    return LocksGrpc.newBlockingStub(channel);
  }

  private static AcquireLockResponse acquire(
      LocksBlockingStub locks, String owner, long ttlMillis, long waitMillis) {
    return locks
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .acquireLock(
            AcquireLockRequest.newBuilder()
                .setName("door")
                .setOwner(owner)
                .setTtlMs(ttlMillis)
                .setWaitMs(waitMillis)
                .build());
  }

  @Test
  void oneHoldsALockThroughAnyNodeAndItsDeath() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      LocksBlockingStub first = locks(cluster, 0);
      LocksBlockingStub second = locks(cluster, 1);
      LocksBlockingStub third = locks(cluster, 2);

      long token = acquire(first, "a", 4_000, 0).getGranted().getToken();
      assertThat(token).isPositive();
      AcquireLockResponse held = acquire(second, "b", 4_000, 0);
      assertThat(held.getIsHeld().getOwner()).isEqualTo("a");
      assertThat(held.getIsHeld().getToken()).isEqualTo(token);
      assertThat(acquire(third, "b", 4_000, 100).getResultCase()).isEqualTo(ResultCase.WAIT_OVER);

      RenewLocksRequest ofA = RenewLocksRequest.newBuilder().addOwners("a").build();
      assertThat(third.renewLocks(ofA).getLocksList())
          .extracting(Lock::getName, Lock::getToken)
          .containsExactly(tuple("door", token));

      // All tell the client which of them to ask.
      assertThat(Stream.of(first, second, third))
          .filteredOn(each -> !each.renewLocks(ofA).getForwarded())
          .hasSize(1);
      assertThat(Stream.of(first, second, third))
          .filteredOn(each -> !acquire(each, "b", 4_000, 0).getForwarded())
          .hasSize(1);

      // It waits in line, and gets the lock when that is released.
      CompletableFuture<AcquireLockResponse> waiting =
          CompletableFuture.supplyAsync(() -> acquire(second, "b", 4_000, 10_000));
      ShowLockRequest ofDoor = ShowLockRequest.newBuilder().setName("door").build();
      await().until(() -> third.showLock(ofDoor).getWaitingCount() == 1);
      assertThat(
              third
                  .releaseLock(
                      ReleaseLockRequest.newBuilder()
                          .setName("door")
                          .setOwner("a")
                          .setToken(token)
                          .build())
                  .getWasHeld())
          .isTrue();
      long next = waiting.get(10, TimeUnit.SECONDS).getGranted().getToken();
      assertThat(next).isGreaterThan(token);
      assertThat(first.renewLocks(ofA).getLocksList()).isEmpty();

      // A node dies, perhaps the leader: the lock is held on, and free when its time is over.
      cluster.stop(0);
      long stopped = System.nanoTime();
      long last = acquire(third, "c", 4_000, 15_000).getGranted().getToken();
      assertThat(last).isGreaterThan(next);
      assertThat(System.nanoTime() - stopped).isLessThan(TimeUnit.SECONDS.toNanos(12));
      assertThat(
              second.listLocks(ListLocksRequest.getDefaultInstance()).getLocksList().stream()
                  .map(Lock::getOwner))
          .containsExactly("c");

      // No majority is left, so no node can say that others hold the lock.
      cluster.stop(1);
      assertThatThrownBy(() -> acquire(third, "d", 4_000, 1_500))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              it -> assertThat(it.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN));
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  @Test
  void whatCannotBeIsRefused() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT + 10, 1)) {
      LocksBlockingStub locks = locks(cluster, 0);
      assertThatThrownBy(() -> acquire(locks, "a", 1, 0))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              it -> {
                assertThat(it.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(it.getMessage()).contains("held for 1ms: give 100ms to 10m");
              });
      assertThatThrownBy(() -> acquire(locks, "", 4_000, 0))
          .hasMessageContaining("give 1 to 255 bytes");
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }
}
