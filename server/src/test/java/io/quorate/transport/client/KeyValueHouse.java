package io.quorate.transport.client;

import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.event.Event;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.Reflection;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.Standstill;
import io.quorate.transport.TestLane;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.event.RequestListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A real server with the KeyValue service over a fake data plane, and a client's channel to it. */
final class KeyValueHouse implements AutoCloseable {
  final TestLane lane = new TestLane();
  final FakeDataPlane dataPlane = new FakeDataPlane();
  final List<Event> events = new CopyOnWriteArrayList<>();
  private final KeyValueService service;
  final GrpcServer server;
  final ManagedChannel channel;

  KeyValueHouse(RequestLimits limits, RequestListener listener) {
    SystemClock clock = new SystemClock();
    LateCalls lateCalls =
        new LateCalls(new Standstill(clock).on(lane.lane()), lane.loops(), clock, events::add);
    service =
        new KeyValueService(
            lane.lane(),
            new RequestEntry(
                dataPlane,
                clock,
                limits,
                listener,
                new SlowRequests(Duration.ofSeconds(10).toNanos()),
                () -> NodeNames.NONE,
                new RecentRequests(),
                events::add),
            lateCalls,
            AnyCallers.all());
    try {
      server =
          GrpcServer.start(
              lane.loops(),
              "127.0.0.1",
              0,
              limits,
              ConnectionLimits.DEFAULT,
              event -> {},
              Stream.concat(
                      Stream.of(ServerInterceptors.intercept(service.definition(), lateCalls)),
                      Reflection.services().stream())
                  .toList());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
  }

  KeyValueHouse() {
    this(RequestLimits.DEFAULT, (tenant, kind, level, result, nanos) -> {});
  }

  int inFlight() {
    return lane.on(service::inFlight);
  }

  long unreadBytes() {
    return lane.on(service::unreadBytes);
  }

  KeyValueGrpc.KeyValueBlockingStub blocking() {
    return KeyValueGrpc.newBlockingStub(channel);
  }

  KeyValueGrpc.KeyValueStub async() {
    return KeyValueGrpc.newStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    lane.close();
  }
}
