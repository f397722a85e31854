package io.quorate.transport;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;

/**
 * Tells tools such as grpcurl which services and messages a node has. All who reach the node may
 * ask.
 */
public final class Reflection {
  /** What the names of the services begin with. */
  static final String PREFIX = "grpc.reflection.";

  private Reflection() {}

  /**
   * Returns the services: of v1, and of v1alpha, the only one for tools that are some years old.
   */
  public static List<ServerServiceDefinition> services() {
    return List.of(ProtoReflectionServiceV1.newInstance().bindService(), older().bindService());
  }

  @SuppressWarnings("deprecation")
  private static BindableService older() {
    return ProtoReflectionService.newInstance();
  }
}
