package io.quorate.transport;

import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.transport.codec.OutcomeCodec;
import io.quorate.transport.codec.StatusDetailsCodec;

/**
 * Which gRPC status each failure of a call becomes, and which trailers go with it: the failure
 * itself in {@code quorate-failure-bin}, as {@code quorate.v1.Failure}, and the same for tools that
 * know nothing of Quorate in {@code grpc-status-details-bin}, as {@code google.rpc.Status}.
 *
 * <p>Most clients take 8 KiB of trailers, and end the connection with all of its calls if there are
 * more. Trailers have 6 KiB at most: 1 KiB of status message, 2.1 KiB of failure and 2.8 KiB of
 * details, all as they are sent, which leaves room for what proxies add.
 */
public final class StatusTable {
  public static final Metadata.Key<byte[]> FAILURE =
      Metadata.Key.of("quorate-failure-bin", Metadata.BINARY_BYTE_MARSHALLER);

  static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private StatusTable() {}

  public static Status status(Failure failure) {
    return status(failure.reason()).withDescription(StatusMessage.cut(failure.message()));
  }

  private static Status status(Reason reason) {
    return switch (reason) {
      case INVALID -> Status.INVALID_ARGUMENT;
      case UNKNOWN_TENANT -> Status.NOT_FOUND;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
      case OVERLOADED -> Status.RESOURCE_EXHAUSTED;
      // To a client, a node that cannot serve now is one to turn away from, as an absent one.
      case NOT_SERVING -> Status.UNAVAILABLE;
      case INTERNAL -> Status.INTERNAL;
      // Not UNAVAILABLE nor ABORTED: generic clients take those as an invitation to retry.
      case OUTCOME_UNKNOWN -> Status.UNKNOWN;
      case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
      case STAMP_TOO_LOW -> Status.ABORTED;
      case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      // Not RESOURCE_EXHAUSTED: generic clients wait and try again, and it would not help.
      case TOO_MANY_SIBLINGS, KEY_TOO_LARGE, CONDITION_FAILED, FENCED -> Status.FAILED_PRECONDITION;
    };
  }

  public static Metadata trailers(Failure failure) {
    Metadata trailers = new Metadata();
    trailers.put(FAILURE, OutcomeCodec.failureBytes(failure));
    int code = status(failure.reason()).getCode().value();
    trailers.put(DETAILS, StatusDetailsCodec.bytes(code, failure));
    return trailers;
  }
}
