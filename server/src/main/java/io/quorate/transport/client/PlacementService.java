package io.quorate.transport.client;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.admin.ClusterAdmin;
import io.quorate.event.Event;
import io.quorate.model.ClusterId;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.RequestBounds;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.ClientPlaces;
import io.quorate.transport.ClusterCalls;
import io.quorate.transport.Frame;
import io.quorate.transport.FrameMarshaller;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.access.Caller;
import io.quorate.transport.codec.admin.AdminCodec;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Serves {@code quorate.v1.Placement}: where keys live, as far as this node knows. */
public final class PlacementService {
  private final ClusterAdmin admin;
  private final ClusterCalls calls;
  private final LaneEntry entry;
  private final RequestBounds bounds;
  private final PlacementWatchers watchers;
  private final BooleanSupplier draining;

  /**
   * The service of one node.
   *
   * @param limits what the node takes from clients; they are told
   * @param watchersMax how many clients may watch
   * @param draining whether operations are better sent to other nodes; asked on the lane
   * @param events told of what is refused
   */
  public PlacementService(
      ClusterAdmin admin,
      Lane lane,
      Clock clock,
      RequestLimits limits,
      int watchersMax,
      BooleanSupplier draining,
      Consumer<Event> events) {
    this.admin = admin;
    this.draining = draining;
    this.calls = new ClusterCalls(admin, lane, clock);
    this.entry = new LaneEntry(lane);
    this.bounds =
        RequestBounds.newBuilder()
            .setMaxKeyBytes(limits.keyBytesMax())
            .setMaxValueBytes(limits.valueBytesMax())
            .setMaxMessageBytes(limits.messageBytesMax())
            .build();
    this.watchers = new PlacementWatchers(admin, lane, clock, watchersMax, bounds, events);
  }

  /** What a server serves. Updates of many watchers are the same bytes, so they travel as such. */
  public ServerServiceDefinition definition() {
    MethodDescriptor<GetPlacementRequest, GetPlacementResponse> get =
        PlacementGrpc.getGetPlacementMethod();
    MethodDescriptor<WatchPlacementRequest, Frame> watch =
        PlacementGrpc.getWatchPlacementMethod().toBuilder(
                PlacementGrpc.getWatchPlacementMethod().getRequestMarshaller(),
                FrameMarshaller.INSTANCE)
            .build();
    ServiceDescriptor generated = PlacementGrpc.getServiceDescriptor();
    ServiceDescriptor service =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor())
            .addMethod(get)
            .addMethod(watch)
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(get, ServerCalls.asyncUnaryCall(this::getPlacement))
        .addMethod(watch, this::watchPlacement)
        .build();
  }

  /** The cluster is in another state. On the lane. */
  public void changed() {
    watchers.changed();
  }

  /** The node stops: streams end, and no other begins. On the lane. */
  public void close() {
    watchers.close();
  }

  private void getPlacement(
      GetPlacementRequest request, StreamObserver<GetPlacementResponse> caller) {
    Caller asker = Caller.ofCall();
    calls.answer(
        caller,
        state ->
            PlacementView.of(
                AdminCodec.placement(state, knownVersion(state.clusterId(), request)).toBuilder()
                    .setBounds(bounds)
                    .setHlc(admin.hybridTime())
                    .setDraining(draining.getAsBoolean())
                    .build(),
                asker));
  }

  /** A caller may not know that versions belong to a cluster; its version counts as it is then. */
  private static long knownVersion(ClusterId cluster, GetPlacementRequest request) {
    long known = request.getKnownClusterId();
    return known == 0 || known == cluster.value() ? request.getKnownStateVersion() : 0;
  }

  private ServerCall.Listener<WatchPlacementRequest> watchPlacement(
      ServerCall<WatchPlacementRequest, Frame> call, Metadata headers) {
    PlacementStream stream =
        new PlacementStream(
            call, Caller.ofCall(), entry, watchers, () -> ClientPlaces.endConnection(call));
    stream.open();
    return stream;
  }
}
