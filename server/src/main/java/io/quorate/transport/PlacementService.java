package io.quorate.transport;

import io.grpc.stub.StreamObserver;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.RequestBounds;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.codec.AdminCodec;

/** {@code quorate.v1.Placement}: where keys live, as far as this node knows. */
public final class PlacementService extends PlacementGrpc.PlacementImplBase {
  private final ClusterCalls calls;
  private final RequestBounds bounds;

  /**
   * @param limits what the node takes from clients; they are told
   */
  public PlacementService(ClusterAdmin admin, Lane lane, Clock clock, RequestLimits limits) {
    this.calls = new ClusterCalls(admin, lane, clock);
    this.bounds =
        RequestBounds.newBuilder()
            .setMaxKeyBytes(limits.keyBytesMax())
            .setMaxValueBytes(limits.valueBytesMax())
            .setMaxMessageBytes(limits.messageBytesMax())
            .build();
  }

  @Override
  public void getPlacement(
      GetPlacementRequest request, StreamObserver<GetPlacementResponse> caller) {
    calls.answer(
        caller,
        state ->
            AdminCodec.placement(state, request.getKnownStateVersion()).toBuilder()
                .setBounds(bounds)
                .build());
  }
}
