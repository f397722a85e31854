package io.quorate.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.PlacementGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreshAddressesTest {
  private static final String SCHEME = "moves";
  private static final Duration WITHIN = Duration.ofMinutes(1);

  private final Moving names = new Moving();

  @BeforeEach
  void register() {
    NameResolverRegistry.getDefaultRegistry().register(names);
  }

  @AfterEach
  void deregister() {
    NameResolverRegistry.getDefaultRegistry().deregister(names);
  }

  @Test
  void aNameIsLookedUpAgainOnceItsAddressHasFailed() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0)).build().start();
    ManagedChannel channel =
        FreshAddresses.on(
            NettyChannelBuilder.forTarget(SCHEME + ":///node")
                .usePlaintext()
                .directExecutor()
                .build());
    try {
      names.address = new InetSocketAddress(loopback, 1);
      assertThat(ask(channel)).isEqualTo(Status.Code.UNAVAILABLE);
      names.address = new InetSocketAddress(loopback, server.getPort());
      // Nothing is served there, so that is what a node would say: it was reached.
      assertThat(askUntilReached(channel)).isEqualTo(Status.Code.UNIMPLEMENTED);

      int lookups = names.lookups.get();
      assertThat(ask(channel)).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(names.lookups).as("while it is connected").hasValue(lookups);
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  private static Status.Code askUntilReached(ManagedChannel channel) {
    return Awaitility.await()
        .atMost(WITHIN)
        .until(() -> ask(channel), answer -> answer != Status.Code.UNAVAILABLE);
  }

  private static Status.Code ask(ManagedChannel channel) {
    StatusRuntimeException failed =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    PlacementGrpc.getGetPlacementMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(WITHIN),
                    GetPlacementRequest.getDefaultInstance()));
    return failed.getStatus().getCode();
  }

  /** Looks up once, and leaves out what it is asked for later, as that of gRPC does for 30 s. */
  private static final class Moving extends NameResolverProvider {
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile SocketAddress address = new InetSocketAddress(0);

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }

    @Override
    public String getDefaultScheme() {
      return SCHEME;
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
      return new NameResolver() {
        @Override
        public String getServiceAuthority() {
          return "node";
        }

        @Override
        public void start(Listener2 listener) {
          lookups.incrementAndGet();
          listener.onResult(
              ResolutionResult.newBuilder()
                  .setAddressesOrError(
                      StatusOr.fromValue(List.of(new EquivalentAddressGroup(address))))
                  .build());
        }

        @Override
        public void shutdown() {}
      };
    }
  }
}
