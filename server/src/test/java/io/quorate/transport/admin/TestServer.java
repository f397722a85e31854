package io.quorate.transport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import io.quorate.transport.access.AnyCallers;
import java.io.IOException;
import java.util.Arrays;

/** Serves what runs on a lane to a caller who may do everything. */
final class TestServer implements AutoCloseable {
  private final TestLane lane;
  private final GrpcServer server;
  private final ManagedChannel channel;

  /**
   * @param lane ends with the server
   */
  TestServer(TestLane lane, ServerServiceDefinition... services) throws IOException {
    this.lane = lane;
    server =
        GrpcServer.start(
            lane.loops(),
            "127.0.0.1",
            0,
            RequestLimits.DEFAULT,
            ConnectionLimits.DEFAULT,
            event -> {},
            Arrays.stream(services)
                .map(service -> ServerInterceptors.intercept(service, AnyCallers.allowed()))
                .toList());
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  /** Leads to the services. */
  ManagedChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    lane.close();
    assertThat(lane.broken).isEmpty();
  }
}
