package io.quorate.transport;

import io.grpc.MethodDescriptor;
import io.quorate.proto.internal.PeeringGrpc;

/** The calls of {@code quorate.internal.Peering} that carry raw frames. */
final class PeerMethods {
  static final MethodDescriptor<Frame, Frame> STREAM =
      PeeringGrpc.getStreamMethod().toBuilder(FrameMarshaller.INSTANCE, FrameMarshaller.INSTANCE)
          .build();

  private PeerMethods() {}
}
