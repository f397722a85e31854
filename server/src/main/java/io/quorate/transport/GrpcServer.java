package io.quorate.transport;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.ReflectiveChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.quorate.replication.fact.Fact;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The gRPC server of a node, with health and reflection. Calls are handled on the event loops that
 * it is given; nothing that is called by them may block.
 */
public final class GrpcServer implements AutoCloseable {
  private static final int FLOW_CONTROL_WINDOW_BYTES = 2 << 20;
  private static final int CALLS_PER_CONNECTION_MAX = 10_000;

  /** What is under way on a connection that has grown too old may end within. */
  private static final long AGE_GRACE_MILLIS = 10_000;

  private static final Fact TOO_MANY_CONNECTIONS = new Fact.Overloaded("connections");

  /** Held here, for java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger STREAM_ERRORS =
      Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

  private final Server server;
  private final HealthStatusManager health;

  private GrpcServer(Server server, HealthStatusManager health) {
    this.server = server;
    this.health = health;
  }

  /**
   * Listens and serves; says NOT_SERVING until {@link #setServing}.
   *
   * @param host name or address of the interface to listen on
   * @param port 0 for any free one
   * @param facts told, on the loops, which limits are hit
   * @throws IOException if it cannot listen there; the message says where and what to do
   */
  public static GrpcServer start(
      Loops loops,
      String host,
      int port,
      RequestLimits limits,
      ConnectionLimits connections,
      Consumer<Fact> facts,
      List<ServerServiceDefinition> services)
      throws IOException {
    // It warns, with a stack trace, of each client that leaves while it is being answered.
    STREAM_ERRORS.setLevel(Level.SEVERE);
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
    ClientPlaces places = new ClientPlaces(connections.clientsMax(), facts);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
            .bossEventLoopGroup(loops.group())
            .workerEventLoopGroup(loops.group())
            .channelFactory(() -> listening(loops, connections, facts))
            .withOption(ChannelOption.SO_REUSEADDR, true)
            .withChildOption(ChannelOption.TCP_NODELAY, true)
            .directExecutor()
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
            .maxInboundMessageSize(limits.messageBytesMax())
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .maxConnectionIdle(connections.idleMillisMax(), TimeUnit.MILLISECONDS)
            .addTransportFilter(places)
            .intercept(places)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance());
    if (connections.ageMillisMax() > 0) {
      builder
          .maxConnectionAge(connections.ageMillisMax(), TimeUnit.MILLISECONDS)
          .maxConnectionAgeGrace(AGE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
    services.forEach(builder::addService);
    try {
      return new GrpcServer(builder.build().start(), health);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen for gRPC on "
              + host
              + ":"
              + port
              + ": "
              + rootMessage(e)
              + "; stop what uses the port, or configure another",
          e);
    }
  }

  private static ServerChannel listening(
      Loops loops, ConnectionLimits limits, Consumer<Fact> facts) {
    ServerChannel listening =
        new ReflectiveChannelFactory<>(loops.serverChannelType()).newChannel();
    listening
        .pipeline()
        .addLast(new Acceptance(limits.acceptedMax(), () -> facts.accept(TOO_MANY_CONNECTIONS)));
    return listening;
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** What the gRPC health service says of this node. */
  public void setServing(boolean serving) {
    health.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /**
   * Takes no new calls, lets the ones under way end for a moment, then cuts them off. Waits, so not
   * to be called on an event loop.
   */
  public void close(long graceMillis) {
    health.enterTerminalState();
    server.shutdown();
    try {
      if (!server.awaitTermination(graceMillis, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        boolean unused = server.awaitTermination(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(0);
  }
}
