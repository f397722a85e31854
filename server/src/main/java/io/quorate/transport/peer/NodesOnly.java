package io.quorate.transport.peer;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quorate.transport.LaneEntry;

/** Ends calls of those that have no certificate of a node, before anything of them is read. */
final class NodesOnly implements ServerInterceptor {
  private final LaneEntry entry;
  private final PeerStreams streams;

  NodesOnly(LaneEntry entry, PeerStreams streams) {
    this.entry = entry;
    this.streams = streams;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    String stranger = streams.strangerAt(call.getAttributes());
    if (stranger == null) {
      return next.startCall(call, headers);
    }
    call.close(Status.PERMISSION_DENIED.withDescription(stranger), new Metadata());
    String method = call.getMethodDescriptor().getFullMethodName();
    entry.enter(
        () -> {
          Status unused = streams.refused("a call of " + method, stranger, call.getAttributes());
        });
    return new ServerCall.Listener<>() {};
  }
}
