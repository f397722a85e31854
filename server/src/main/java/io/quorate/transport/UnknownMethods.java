package io.quorate.transport;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers calls of methods that this node does not have: of a later release, of another product, or
 * made up. gRPC would answer the same by itself, but before any interceptor, so that such calls
 * were neither counted nor paced.
 */
final class UnknownMethods extends HandlerRegistry {
  private static final Marshaller<InputStream> UNREAD =
      new Marshaller<>() {
        @Override
        public InputStream stream(InputStream message) {
          return message;
        }

        @Override
        public InputStream parse(InputStream message) {
          return message;
        }
      };

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
    return ServerMethodDefinition.create(
        MethodDescriptor.newBuilder(UNREAD, UNREAD)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName(name)
            .build(),
        new ServerCallHandler<>() {
          @Override
          public ServerCall.Listener<InputStream> startCall(
              ServerCall<InputStream, InputStream> call, Metadata headers) {
            call.close(
                Status.UNIMPLEMENTED.withDescription("this node has no method " + name),
                new Metadata());
            return new ServerCall.Listener<>() {};
          }
        });
  }
}
