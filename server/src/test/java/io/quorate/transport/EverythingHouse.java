package io.quorate.transport;

import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.admin.FakeAdmin;
import io.quorate.event.Event;
import io.quorate.model.NodeNames;
import io.quorate.runtime.real.SeededRandomness;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.access.AllowedCalls;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.access.Callers;
import io.quorate.transport.admin.AccessService;
import io.quorate.transport.admin.AdminService;
import io.quorate.transport.admin.MaintenanceService;
import io.quorate.transport.client.FakeDataPlane;
import io.quorate.transport.client.KeyValueService;
import io.quorate.transport.client.LateCalls;
import io.quorate.transport.client.PlacementService;
import io.quorate.transport.client.RequestEntry;
import io.quorate.transport.client.SlowRequests;
import io.quorate.transport.login.Logins;
import io.quorate.transport.peer.PeerSettings;
import io.quorate.transport.peer.PeerStreams;
import io.quorate.transport.peer.PeeringService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A real server with all services of a node over fakes, and a client's channel to it. */
public final class EverythingHouse implements AutoCloseable {
  /** Waits for the first message of a stream for longer than any test does. */
  private static final PeerSettings PATIENT =
      new PeerSettings(16 << 20, 16 << 20, 60_000, 60_000, 60_000, 50, 1000, true);

  final TestLane lane = new TestLane();
  public final FakeDataPlane dataPlane = new FakeDataPlane();
  final FakeAdmin admin = new FakeAdmin();
  final List<Event> events = new CopyOnWriteArrayList<>();
  final GrpcServer server;
  public final ManagedChannel channel;

  public EverythingHouse() {
    this(IntakeLimits.of(RequestLimits.DEFAULT));
  }

  public EverythingHouse(IntakeLimits intake) {
    SystemClock clock = new SystemClock();
    RecentRequests recent = new RecentRequests();
    admin.state = FakeAdmin.threeMembers();
    PeerStreams streams =
        new PeerStreams(lane.loops(), lane.lane(), PATIENT, new SeededRandomness(1), event -> {});
    Callers callers = AnyCallers.all();
    AllowedCalls allowed = new AllowedCalls(callers);
    try {
      server =
          GrpcServer.start(
              lane.loops(),
              "127.0.0.1",
              0,
              InsecureServerCredentials.create(),
              callers,
              RequestLimits.DEFAULT,
              ConnectionLimits.DEFAULT,
              intake,
              address -> false,
              events::add,
              withReflection(
                  new KeyValueService(
                          lane.lane(),
                          new RequestEntry(
                              dataPlane,
                              clock,
                              RequestLimits.DEFAULT,
                              (tenant, kind, level, result, nanos) -> {},
                              new SlowRequests(Duration.ofSeconds(10).toNanos()),
                              () -> NodeNames.NONE,
                              recent,
                              events::add),
                          new LateCalls(
                              new Standstill(clock).on(lane.lane()),
                              lane.loops(),
                              clock,
                              events::add),
                          callers)
                      .definition(),
                  ServerInterceptors.intercept(
                      new PlacementService(
                              admin,
                              lane.lane(),
                              clock,
                              RequestLimits.DEFAULT,
                              100,
                              () -> false,
                              events::add)
                          .definition(),
                      allowed),
                  ServerInterceptors.intercept(
                      new AdminService(admin, lane.lane(), Runnable::run, clock, recent), allowed),
                  ServerInterceptors.intercept(
                      new AccessService(
                          admin,
                          lane.lane(),
                          clock,
                          new Logins(
                              lane.lane(), clock, Duration.ofMinutes(15), () -> 0, events::add)),
                      allowed),
                  new MaintenanceService(
                          () -> null,
                          (done, busy) -> busy.run(),
                          new UnsettableLog(),
                          lane.lane(),
                          clock)
                      .bindService(),
                  new PeeringService(
                          lane.lane(),
                          asker -> {
                            throw new AssertionError("no one is introduced");
                          },
                          streams)
                      .definition()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.setServing(true);
    channel = another();
  }

  private static List<ServerServiceDefinition> withReflection(ServerServiceDefinition... services) {
    return Stream.concat(Stream.of(services), Reflection.services().stream()).toList();
  }

  /** Opens one more connection. */
  ManagedChannel another() {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.port())
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    lane.close();
  }
}
