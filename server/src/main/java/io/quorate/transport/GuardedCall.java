package io.quorate.transport;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.replication.api.Failure;

/**
 * A call that the server may end by itself. What its handler still says afterwards is dropped: gRPC
 * throws when a call that is closed is used.
 */
class GuardedCall<A, B> extends SimpleForwardingServerCall<A, B> {
  /** Closed by its handler, or by the server. */
  private boolean closed;

  private boolean ended;

  GuardedCall(ServerCall<A, B> call) {
    super(call);
  }

  /** Closes the call, unless that was done before. */
  void end(Failure failure) {
    if (!closed) {
      ended = true;
      close(StatusTable.status(failure), StatusTable.trailers(failure));
    }
  }

  @Override
  public void request(int messages) {
    if (!closed) {
      super.request(messages);
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {
    if (!closed) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public void sendMessage(B message) {
    if (!closed) {
      super.sendMessage(message);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (closed) {
      return;
    }
    closed = true;
    String description = status.getDescription();
    super.close(
        description == null ? status : status.withDescription(Failure.cut(description)), trailers);
  }

  @Override
  public boolean isReady() {
    return !closed && super.isReady();
  }

  @Override
  public boolean isCancelled() {
    return ended || super.isCancelled();
  }
}
