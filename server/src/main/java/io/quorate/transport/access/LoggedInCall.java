package io.quorate.transport.access;

import io.grpc.Attributes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ServerCall;

/** A call whose caller has shown a token; it is known by its attributes, as others are. */
final class LoggedInCall<A, B> extends SimpleForwardingServerCall<A, B> {
  static final Attributes.Key<Caller> CALLER = Attributes.Key.create("quorate-logged-in");

  private final Attributes attributes;

  LoggedInCall(ServerCall<A, B> call, Caller caller) {
    super(call);
    attributes = call.getAttributes().toBuilder().set(CALLER, caller).build();
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }
}
