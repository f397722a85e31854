package io.quorate.transport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.admin.FakeAdmin;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import io.quorate.transport.client.PlacementService;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The services for operators and the placement, before a {@link FakeAdmin}, and their callers. */
final class AdminServer implements AutoCloseable {
  final FakeAdmin admin = new FakeAdmin();
  final AdminGrpc.AdminBlockingStub cluster;
  final PlacementGrpc.PlacementBlockingStub placements;

  private final TestServer server;

  AdminServer(Executor longTasks) throws IOException {
    TestLane lane = new TestLane();
    AdminService service =
        new AdminService(admin, lane.lane(), longTasks, new SystemClock(), new RecentRequests());
    PlacementService placement =
        new PlacementService(
            admin,
            lane.lane(),
            new SystemClock(),
            RequestLimits.DEFAULT,
            100,
            () -> false,
            event -> {});
    server = new TestServer(lane, service.bindService(), placement.definition());
    cluster = AdminGrpc.newBlockingStub(server.channel());
    placements = PlacementGrpc.newBlockingStub(server.channel());
  }

  static void assertFails(ThrowingCallable call, Status.Code code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            thrown -> {
              assertThat(thrown.getStatus().getCode()).isEqualTo(code);
              assertThat(thrown.getStatus().getDescription()).contains(message);
            });
  }

  @Override
  public void close() {
    server.close();
  }
}
