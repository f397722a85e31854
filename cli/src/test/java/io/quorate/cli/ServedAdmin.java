package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerInterceptors;
import io.quorate.admin.FakeAdmin;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.admin.AdminService;
import java.io.IOException;
import java.util.List;

/** The administration of a cluster of three nodes that a test plays, at the real service. */
public final class ServedAdmin implements AutoCloseable {
  public final FakeAdmin admin = new FakeAdmin();
  private final TestLane lane = new TestLane();
  private final GrpcServer server;

  public ServedAdmin() throws IOException {
    admin.state = FakeAdmin.threeMembers();
    AdminService service =
        new AdminService(
            admin, lane.lane(), Runnable::run, new SystemClock(), new RecentRequests());
    server =
        GrpcServer.start(
            lane.loops(),
            "127.0.0.1",
            0,
            RequestLimits.DEFAULT,
            ConnectionLimits.DEFAULT,
            event -> {},
            List.of(ServerInterceptors.intercept(service, AnyCallers.allowed())));
  }

  public String endpoint() {
    return "127.0.0.1:" + server.port();
  }

  /** Ends, and looks whether anything went wrong inside. */
  @Override
  public void close() {
    server.close();
    lane.close();
    assertThat(lane.broken).isEmpty();
  }
}
