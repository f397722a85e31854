package io.quorate.transport;

import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.transport.codec.OutcomeCodec;

/**
 * Which gRPC status each failure of a unary call or a scan becomes. The failure itself travels
 * along in the trailer {@code quorate-failure-bin}, as {@code quorate.v1.Failure}.
 */
final class StatusTable {
  static final Metadata.Key<byte[]> FAILURE =
      Metadata.Key.of("quorate-failure-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private StatusTable() {}

  static Status status(Failure failure) {
    return status(failure.reason()).withDescription(failure.message());
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
    };
  }

  static Metadata trailers(Failure failure) {
    Metadata trailers = new Metadata();
    trailers.put(FAILURE, OutcomeCodec.failureBytes(failure));
    return trailers;
  }
}
