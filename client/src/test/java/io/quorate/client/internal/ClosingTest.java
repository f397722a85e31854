package io.quorate.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.ClientClosedException;
import io.quorate.client.GetResult;
import io.quorate.client.Lock;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.ScanPage;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.engine.Admission;
import io.quorate.client.internal.engine.Breaker;
import io.quorate.client.internal.engine.ClusterView;
import io.quorate.client.internal.engine.Connection;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Patience;
import io.quorate.client.internal.engine.Session;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.client.internal.kv.Defaults;
import io.quorate.client.internal.kv.PipedKeyValue;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Closing leaves nobody waiting. */
class ClosingTest {
  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);
  private final QuorateClient client = cluster.client();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void whatIsInFlightIsToldWhatThatMeans() {
    AsyncKeyValue kv = client.asyncKeyValue();
    kv.get("connected").join();
    node.script = held -> null;
    CompletableFuture<WriteResult> put = kv.put("k", "v");
    CompletableFuture<GetResult> get = kv.get("k");
    await().until(() -> node.operations().size() == 3);
    client.close();
    assertThatThrownBy(put::join).hasCauseInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(get::join).hasCauseInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> kv.put("k", "v").join())
        .hasCauseInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> Administration.of(client).cluster().status())
        .isInstanceOf(ClientClosedException.class);
  }

  @Test
  void callsThatAreMadeWhileItIsClosedAreAllToldSo() throws Exception {
    for (int round = 0; round < 100; round++) {
      QuorateClient closing = cluster.client();
      closing.keyValue().get("connected");
      List<CompletableFuture<GetResult>> last = new CopyOnWriteArrayList<>();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(new Thread(() -> last.addAll(lastCalls(closing))));
      }
      callers.forEach(Thread::start);
      closing.close();
      for (Thread caller : callers) {
        caller.join();
      }
      CompletableFuture.allOf(last.toArray(CompletableFuture[]::new))
          .handle((none, failure) -> last.size())
          .get(30, TimeUnit.SECONDS);
    }
  }

  /** The newest of those that are made until one is refused. */
  private static List<CompletableFuture<GetResult>> lastCalls(QuorateClient client) {
    Deque<CompletableFuture<GetResult>> calls = new ArrayDeque<>();
    do {
      calls.addLast(client.asyncKeyValue().get("k"));
      if (calls.size() > 1_000) {
        calls.removeFirst();
      }
    } while (!calls.getLast().isCompletedExceptionally());
    return List.copyOf(calls);
  }

  /** It is at no node when the client is closed: it waits to be asked again. */
  @Test
  void whatWaitsAfterAnAttemptThatMayHaveAppliedIsUnknown() {
    AtomicInteger attempts = new AtomicInteger();
    node.script =
        operation ->
            FakeCluster.failed(
                attempts.getAndIncrement() == 0
                    ? Failure.newBuilder()
                        .setReason(Failure.Reason.REASON_OUTCOME_UNKNOWN)
                        .setMayHaveApplied(true)
                        .build()
                    : Failure.newBuilder()
                        .setReason(Failure.Reason.REASON_OVERLOADED)
                        .setRetryAfterMs(600_000)
                        .build());
    WriteOptions patient = WriteOptions.DEFAULT.timeout(Duration.ofHours(1));
    CompletableFuture<WriteResult> put =
        CompletableFuture.supplyAsync(() -> client.keyValue().put("k", "v", patient));
    await().until(() -> client.counts().refused() == 1);
    assertThat(put).isNotDone(); // it waits for ten minutes
    client.close();
    assertThatThrownBy(put::join).hasCauseInstanceOf(OutcomeUnknownException.class);
  }

  /** One node lost it, and another, which was never reached, has it in its line. */
  @Test
  void whatWaitsToBeSentAgainIsUnknown() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      GetPlacementResponse.Builder two =
          cluster.placement().toBuilder()
              .addNodes(
                  PlacementNode.newBuilder()
                      .setId(2)
                      .setAddress("127.0.0.1:" + silent.getLocalPort()));
      two.getPartitionsBuilderList().forEach(partition -> partition.addPreferenceList(1));
      two.getTenantsBuilder(0).setReplicationFactor(2);
      GetPlacementResponse placement = two.build();
      node.placement = () -> placement;
      node.script = held -> null;
      CompletableFuture<WriteResult> put;
      try (QuorateClient other = cluster.client()) {
        put = other.asyncKeyValue().put("k", "v");
        await().until(() -> !node.operations().isEmpty());
        node.kill();
        await().until(() -> other.counts().retries() == 1);
      }
      assertThatThrownBy(put::join).hasCauseInstanceOf(OutcomeUnknownException.class);
    }
  }

  @Test
  void pagesAndQuestionsAboutTheClusterAreNotWaitedForInVain() {
    client.keyValue().get("connected");
    node.statusFailure = Failure.newBuilder().setReason(Failure.Reason.REASON_NOT_SERVING).build();
    CompletableFuture<ClusterStatus> status = Administration.of(client).asyncCluster().status();
    CompletableFuture<ScanPage> page = client.asyncKeyValue().scan("k").nextPage();
    await().until(() -> !node.scans.isEmpty());
    client.close();
    assertThatThrownBy(status::join).hasCauseInstanceOf(ClientClosedException.class);
    assertThatThrownBy(page::join).hasCauseInstanceOf(ClientClosedException.class);
  }

  /** As an OutOfMemoryError ends it: then nothing can be scheduled on it any more. */
  @Test
  void noPageAndNoQuestionIsWaitedForInVainWhenTheThreadEnds() {
    GetPlacementResponse versionTwo = cluster.placement().toBuilder().setClusterVersion(2).build();
    node.placement = () -> versionTwo;
    AtomicReference<Loop> ended = new AtomicReference<>();
    try (QuorateClient other =
        Wiring.open(
            ClientSettings.DEFAULT.endpoints(List.of(node.address())),
            (own, address, calls) -> {
              ended.set(own);
              // Of a loop of its own: what is open on it does not end before the thread does.
              return NettyChannelBuilder.forTarget(address).usePlaintext().build();
            })) {
      other.keyValue().get("connected");
      CompletableFuture<ScanPage> page = other.asyncKeyValue().scan("k").nextPage();
      await().until(() -> !node.scans.isEmpty());
      CompletableFuture<Optional<Lock>> acquisition =
          other.asyncLocks().acquire("a", Duration.ofSeconds(5), Duration.ofHours(1));
      await().until(() -> !node.locksAsked.isEmpty());
      node.statusSilences.set(1);
      CompletableFuture<ClusterStatus> status = Administration.of(other).asyncCluster().status();
      await().until(() -> node.statusSilences.get() == 0);
      Loop loop = Objects.requireNonNull(ended.get());
      var unused = loop.group().shutdownGracefully(0, 0, TimeUnit.SECONDS);
      for (CompletableFuture<?> each : List.of(page, acquisition, status)) {
        await().until(each::isCompletedExceptionally);
      }
      assertThat(node.scans.get(0).getPages()).as("so the stream is left, not reset").isEqualTo(1);
    }
  }

  @Test
  void closingOnTheEventLoopDoesNotWaitForItself() {
    CompletableFuture<Void> closed =
        client.asyncKeyValue().get("k").thenAccept(got -> client.close());
    closed.join();
    await().until(() -> !threadAlive());
  }

  @Test
  void theThreadEnds() {
    client.keyValue().get("k");
    assertThat(threadAlive()).isTrue();
    client.close();
    await().until(() -> !threadAlive());
  }

  @Test
  void closingWaitsForTheEndOfTheChannels() {
    AtomicInteger awaited = new AtomicInteger();
    QuorateClient other =
        Wiring.open(
            ClientSettings.DEFAULT.endpoints(List.of(node.address())),
            (loop, address, calls) ->
                new EndingChannel(
                    Wiring.channel(loop, address, null, List.of()), awaited::incrementAndGet));
    other.keyValue().get("k");
    assertThat(awaited).hasValue(0);
    other.close();
    assertThat(awaited).hasValue(1);
  }

  /** Else gRPC tells of an event loop that was shut down under it, with stack traces. */
  @Test
  void clientThatIsClosedWhileItConnectsEndsInSilence() throws Exception {
    List<String> logged = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record.getLevel() + " " + record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger grpc = Logger.getLogger("io.grpc");
    grpc.addHandler(handler);
    try {
      for (int i = 0; i < 30; i++) {
        QuorateClient hasty = QuorateClient.builder().endpoints("127.0.0.1:1,2,3").build();
        CompletableFuture<GetResult> get = hasty.asyncKeyValue().get("k");
        TimeUnit.MILLISECONDS.sleep(i % 10 * 3L);
        hasty.close();
        assertThat(get).isCompletedExceptionally();
      }
    } finally {
      grpc.removeHandler(handler);
    }
    assertThat(logged).isEmpty();
  }

  private static boolean threadAlive() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("quorate-client") && thread.isAlive());
  }

  /** As an OutOfMemoryError ends it in the middle of its work. */
  @Test
  void theEndOfTheThreadLeavesNoCallWaiting() {
    Loop loop = new Loop();
    ManagedChannel channel = NettyChannelBuilder.forTarget("127.0.0.1:1").usePlaintext().build();
    ClusterView view = new ClusterView(new Session(1));
    Engine engine =
        new Engine(
            loop,
            new Admission(10, 1000),
            view,
            new SplittableRandom(1),
            List.of("127.0.0.1:1"),
            Duration.ofHours(1).toNanos(),
            owner ->
                address ->
                    new Connection(
                        address,
                        channel,
                        new Breaker(address),
                        loop,
                        new SplittableRandom(2),
                        view,
                        owner));
    engine.start();
    Defaults defaults = new Defaults("default", Duration.ofHours(1));
    AsyncKeyValue kv = new PipedKeyValue(engine, new Session(2), defaults, Patience.NONE, null);
    CompletableFuture<GetResult> get = kv.get("k");
    CompletableFuture<?> all =
        kv.getAll(List.of(new byte[] {1}), ReadOptions.DEFAULT.timeout(Duration.ofHours(1)));
    loop.run(() -> {});
    var unused = loop.group().shutdownGracefully(0, 0, TimeUnit.SECONDS);
    assertThat(get)
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .withMessageContaining("build another client");
    assertThat(all).succeedsWithin(Duration.ofMinutes(1));
    assertThatThrownBy(
            () ->
                new Waiting(loop::inLoop, loop::hasEnded)
                    .forWrite(new CompletableFuture<WriteResult>()))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("build another client");
    channel.shutdownNow();
  }
}
