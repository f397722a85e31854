package io.quorate.transport.peer;

import io.grpc.MethodDescriptor;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.transport.Frame;
import io.quorate.transport.FrameMarshaller;

/** The calls of {@code quorate.internal.Peering} that carry raw frames. */
public final class PeerMethods {
  public static final MethodDescriptor<Frame, Frame> STREAM =
      PeeringGrpc.getStreamMethod().toBuilder(FrameMarshaller.INSTANCE, FrameMarshaller.INSTANCE)
          .build();

  private PeerMethods() {}
}
