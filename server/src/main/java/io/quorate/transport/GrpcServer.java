package io.quorate.transport;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.ReflectiveChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.protobuf.services.HealthStatusManager;
import io.quorate.event.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The gRPC server of a node, with health. Calls are handled on the event loops that it is given;
 * nothing that is called by them may block.
 */
public final class GrpcServer implements AutoCloseable {
  /** Of a connection, and of each call on it: what it may send that no one has asked for yet. */
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private static final int CALLS_PER_CONNECTION_MAX = 1_000;

  /**
   * Calls that a client may reset within {@link #RESETS_SECONDS}. Opening and resetting costs it
   * nothing and the node much (CVE-2023-44487, CVE-2025-55163).
   */
  private static final int RESETS_MAX = 200;

  private static final int RESETS_SECONDS = 10;

  /** What is under way on a connection that has grown too old may end within. */
  private static final long AGE_GRACE_MILLIS = 10_000;

  private final Server server;
  private final AcceptedConnections accepted;
  private final ClientPlaces places;

  /** What it listens with; its connections take their buffers from where it does. */
  private final Channel listening;

  private final HealthStatusManager health;

  /** Names under which health is told: each service, and "" for all of them. */
  private final List<String> names;

  private GrpcServer(
      Server server,
      AcceptedConnections accepted,
      ClientPlaces places,
      Channel listening,
      HealthStatusManager health,
      List<String> names) {
    this.server = server;
    this.accepted = accepted;
    this.places = places;
    this.listening = listening;
    this.health = health;
    this.names = names;
  }

  /**
   * Listens and serves; says NOT_SERVING until {@link #setServing}.
   *
   * @param host name or address of the interface to listen on
   * @param port 0 for any free one
   * @param events told, on the loops, which limits are hit
   * @throws IOException if it cannot listen there; the message says where
   */
  public static GrpcServer start(
      Loops loops,
      String host,
      int port,
      RequestLimits limits,
      ConnectionLimits connections,
      Consumer<Event> events,
      List<ServerServiceDefinition> services)
      throws IOException {
    return start(
        loops,
        host,
        port,
        InsecureServerCredentials.create(),
        new ServerTransportFilter() {},
        limits,
        connections,
        address -> false,
        events,
        services);
  }

  /**
   * Listens and serves, as above.
   *
   * @param credentials how connections begin
   * @param callers finds out as whom a connection is known
   * @param members whether other nodes of the cluster have their connections from an address; asked
   *     on the loops
   */
  public static GrpcServer start(
      Loops loops,
      String host,
      int port,
      ServerCredentials credentials,
      ServerTransportFilter callers,
      RequestLimits limits,
      ConnectionLimits connections,
      Predicate<InetAddress> members,
      Consumer<Event> events,
      List<ServerServiceDefinition> services)
      throws IOException {
    IntakeLimits intake = IntakeLimits.of(limits);
    return start(
        loops,
        host,
        port,
        credentials,
        callers,
        limits,
        connections,
        intake,
        members,
        events,
        services);
  }

  static GrpcServer start(
      Loops loops,
      String host,
      int port,
      ServerCredentials credentials,
      ServerTransportFilter callers,
      RequestLimits limits,
      ConnectionLimits connections,
      IntakeLimits bounds,
      Predicate<InetAddress> members,
      Consumer<Event> events,
      List<ServerServiceDefinition> services)
      throws IOException {
    HealthStatusManager health = new HealthStatusManager();
    List<String> names = new ArrayList<>();
    names.add(HealthStatusManager.SERVICE_NAME_ALL_SERVICES);
    services.stream()
        .map(service -> service.getServiceDescriptor().getName())
        .filter(name -> !name.startsWith(Reflection.PREFIX))
        .forEach(names::add);
    names.forEach(name -> health.setStatus(name, ServingStatus.NOT_SERVING));
    AcceptedConnections accepted = new AcceptedConnections(connections, members, events);
    ClientPlaces places = new ClientPlaces(connections, accepted, events);
    MessageLimits messages = MessageLimits.of(limits);
    Intake intake = new Intake(messages, bounds, loops.group(), events);
    ServerChannel listening = listening(loops, accepted);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, port), credentials)
            .bossEventLoopGroup(loops.group())
            .workerEventLoopGroup(loops.group())
            .channelFactory(() -> listening)
            .withOption(ChannelOption.SO_REUSEADDR, true)
            .withChildOption(ChannelOption.TCP_NODELAY, true)
            .directExecutor()
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
            .maxInboundMessageSize(messages.largest())
            .maxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .maxConnectionIdle(connections.idleMillisMax(), TimeUnit.MILLISECONDS)
            .addTransportFilter(places)
            .addTransportFilter(intake.connections())
            .addTransportFilter(callers)
            .addStreamTracerFactory(intake)
            .intercept(places)
            .intercept(intake);
    if (connections.ageMillisMax() > 0) {
      builder
          .maxConnectionAge(connections.ageMillisMax(), TimeUnit.MILLISECONDS)
          .maxConnectionAgeGrace(AGE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
    List<ServerServiceDefinition> all = new ArrayList<>(services);
    all.add(health.getHealthService().bindService());
    all.forEach(service -> builder.addService(ReadableRequests.of(service, messages)));
    builder.fallbackHandlerRegistry(new UnknownMethods());
    try {
      return new GrpcServer(
          builder.build().start(), accepted, places, listening, health, List.copyOf(names));
    } catch (IOException e) {
      throw new IOException(
          "cannot listen for gRPC on " + host + ":" + port + ": " + rootMessage(e), e);
    }
  }

  private static ServerChannel listening(Loops loops, AcceptedConnections accepted) {
    ServerChannel listening =
        new ReflectiveChannelFactory<>(loops.serverChannelType()).newChannel();
    listening.pipeline().addLast(new Acceptance(accepted));
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

  /** Connections to this port that are open; may be asked anywhere. */
  public OpenConnections connections() {
    return places.counts().open(accepted.open());
  }

  /** Memory for the buffers of connections; may be asked anywhere. */
  public PooledMemory pool() {
    return PooledMemory.of(listening.alloc());
  }

  /** What the gRPC health service says of this node. */
  public void setServing(boolean serving) {
    ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    names.forEach(name -> health.setStatus(name, status));
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
