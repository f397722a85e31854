package io.quorate.client.internal.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.engine.Breaker;
import io.quorate.client.internal.engine.Call;
import io.quorate.client.internal.engine.ClusterView;
import io.quorate.client.internal.engine.Connection;
import io.quorate.client.internal.engine.Session;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.OperationResult;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which stream a request to a node goes by. */
class LockStreamsTest {
  private final FakeNode node =
      new FakeNode(operation -> null, GetPlacementResponse::getDefaultInstance);
  private final Loop loop = new Loop();
  private final ManagedChannel channel =
      NettyChannelBuilder.forTarget(node.address()).usePlaintext().build();
  private final ClusterView view = new ClusterView(new Session(1));
  private final Connection connection =
      new Connection(
          node.address(),
          channel,
          new Breaker(node.address()),
          loop,
          new SplittableRandom(2),
          view,
          new NoCalls());
  private final LockStreams streams = new LockStreams();

  private static final class NoCalls implements Connection.Owner {
    @Override
    public void onAnswer(Connection connection, Call<?> call, OperationResult answer) {}

    @Override
    public void onLost(Connection connection, Call<?> call, boolean sent) {}

    @Override
    public void onUnsent(Connection connection, Call<?> call) {}

    @Override
    public void onReady(Connection connection) {}

    @Override
    public void onBroken(Connection connection) {}

    @Override
    public void onPlacement(GetPlacementResponse placement) {}
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    loop.end(() -> {});
    node.close();
  }

  /** Returns once the node has the request. */
  private void ask(int number) {
    loop.execute(
        () -> {
          var unused =
              streams.ask(
                  loop,
                  connection,
                  LocksGrpc.getAcquireLockMethod(),
                  AcquireLockRequest.newBuilder().setName("a").setOwner("o" + number).build(),
                  TimeUnit.HOURS.toNanos(1),
                  answer -> {},
                  failure -> {});
        });
    await().until(() -> node.locksAsked.size() == number);
  }

  /** Else there is one more every 100 ms as long as there is no connection. */
  @Test
  void aStreamThatWasOpenedBeforeItsConnectionIsKept() throws InterruptedException {
    ask(1);
    Thread.sleep(300);
    ask(2);
    assertThat(node.lockStreams).hasValue(1);
  }

  @Test
  void anotherStreamIsOpenedWhenTheConnectionIsToEnd() throws InterruptedException {
    node.kill();
    node.connectionAge = Duration.ofSeconds(1);
    node.connectionAgeGrace = Duration.ofMinutes(1);
    node.start();
    int asked = 1;
    ask(asked);
    while (node.lockStreams.get() == 1 && asked < 300) {
      Thread.sleep(100); // until the connection has its age, and later on a busy machine
      ask(++asked);
    }
    assertThat(node.lockStreams).hasValue(2);
  }
}
