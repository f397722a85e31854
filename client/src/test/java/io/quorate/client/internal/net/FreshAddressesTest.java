package io.quorate.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.EquivalentAddressGroup;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreshAddressesTest {
  private static final String SCHEME = "moves";
  private static final Duration WITHIN = Duration.ofMinutes(1);

  /** After which a node that is asked is taken for silent. */
  private static final Duration MOMENT = Duration.ofMillis(500);

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
    ManagedChannel channel = channel();
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

  /** As after the loss of a host: the connection has not ended, and nothing comes by it. */
  @Test
  void aNameIsLookedUpAgainWhileANodeIsSilent() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Server silent =
        NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0))
            .fallbackHandlerRegistry(new Silent())
            .build()
            .start();
    Server other =
        NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0)).build().start();
    ManagedChannel channel = channel();
    names.asksAgain = true;
    try {
      names.address = new InetSocketAddress(loopback, silent.getPort());
      Awaitility.await()
          .atMost(WITHIN)
          .until(() -> channel.getState(true) == ConnectivityState.READY);
      names.address = new InetSocketAddress(loopback, other.getPort());
      assertThat(ask(channel, MOMENT)).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      FreshAddresses.lookUpAgain(channel);
      Awaitility.await()
          .atMost(WITHIN)
          .until(() -> ask(channel, MOMENT) == Status.Code.UNIMPLEMENTED);
    } finally {
      channel.shutdownNow();
      silent.shutdownNow();
      other.shutdownNow();
    }
  }

  /** A node may be away for long: no attempt waits for a time that grows with those before it. */
  @Test
  void eachAttemptIsMadeWhenItIsAskedFor() {
    ManagedChannel channel = channel();
    try {
      names.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
      for (int attempts = 1; attempts <= 10; attempts++) {
        int before = names.lookups.get();
        assertThat(ask(channel)).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(names.lookups).hasValueGreaterThan(before);
        Awaitility.await()
            .atMost(WITHIN)
            .until(() -> channel.getState(false) == ConnectivityState.IDLE);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static ManagedChannel channel() {
    return FreshAddresses.on(
        NettyChannelBuilder.forTarget(SCHEME + ":///node").usePlaintext().directExecutor().build());
  }

  private static Status.Code askUntilReached(ManagedChannel channel) {
    return Awaitility.await()
        .atMost(WITHIN)
        .until(() -> ask(channel), answer -> answer != Status.Code.UNAVAILABLE);
  }

  private static Status.Code ask(ManagedChannel channel) {
    return ask(channel, WITHIN);
  }

  private static Status.Code ask(ManagedChannel channel, Duration within) {
    StatusRuntimeException failed =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    PlacementGrpc.getGetPlacementMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(within),
                    GetPlacementRequest.getDefaultInstance()));
    return failed.getStatus().getCode();
  }

  /** Takes every call, and answers none. */
  private static final class Silent extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
      return ServerMethodDefinition.create(
          PlacementGrpc.getGetPlacementMethod(), (call, headers) -> new ServerCall.Listener<>() {});
    }
  }

  /**
   * Looks up once, and leaves out what it is asked for later, as that of gRPC does for 30 s, unless
   * that time is to be over.
   */
  private static final class Moving extends NameResolverProvider {
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile SocketAddress address = new InetSocketAddress(0);
    private volatile boolean asksAgain;

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

        private @Nullable Listener2 told;

        @Override
        public void start(Listener2 listener) {
          told = listener;
          tell(listener);
        }

        @Override
        public void refresh() {
          Listener2 listener = told;
          if (asksAgain && listener != null) {
            tell(listener);
          }
        }

        private void tell(Listener2 listener) {
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
