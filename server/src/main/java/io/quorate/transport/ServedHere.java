package io.quorate.transport;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Ends calls of services that belong to another port of the node, before anything of them is read:
 * as if the port did not have the service.
 */
public final class ServedHere implements ServerInterceptor {
  private final BooleanSupplier served;
  private final String where;

  private ServedHere(BooleanSupplier served, String where) {
    this.served = served;
    this.where = where;
  }

  /**
   * Returns the services as a port has them to which they do not belong.
   *
   * @param served whether it serves them all the same; asked on the loops, at each call
   * @param where they are served, for people
   */
  public static List<ServerServiceDefinition> only(
      BooleanSupplier served, String where, List<ServerServiceDefinition> services) {
    ServedHere gate = new ServedHere(served, where);
    return services.stream().map(each -> ServerInterceptors.intercept(each, gate)).toList();
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    if (served.getAsBoolean()) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.UNIMPLEMENTED.withDescription(
            call.getMethodDescriptor().getServiceName() + " is not served at this port: " + where),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
