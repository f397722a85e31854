package io.quorate.client.internal.engine;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.quorate.client.FailureInfo;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.NotServingException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateException;
import io.quorate.client.ServerFaultException;
import io.quorate.client.UnavailableException;
import io.quorate.client.internal.net.NotSent;
import io.quorate.client.internal.net.Trouble;
import io.quorate.proto.v1.Failure;
import org.jspecify.annotations.Nullable;

/** What a failed gRPC call is to the caller, for what does not travel on a pipe. */
public final class Statuses {
  private static final Metadata.Key<Failure> FAILURE =
      Metadata.Key.of(
          "quorate-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance()));

  private Statuses() {}

  /** What a node said on a stream, as if it had ended a call with it. */
  public static StatusRuntimeException refusal(Failure told) {
    Metadata trailers = new Metadata();
    trailers.put(FAILURE, told);
    return Status.UNKNOWN.withDescription(told.getMessage()).asRuntimeException(trailers);
  }

  public static QuorateException toException(
      Throwable failure, boolean mutation, String what, String address) {
    Metadata trailers =
        failure instanceof StatusRuntimeException status ? status.getTrailers() : null;
    return toException(Status.fromThrowable(failure), trailers, mutation, what, address);
  }

  public static QuorateException toException(
      Status status, @Nullable Metadata trailers, boolean mutation, String what, String address) {
    String at = what + ", at " + address;
    Failure told = trailers == null ? null : trailers.get(FAILURE);
    if (told != null) {
      return Failures.of(told, mutation, false, -1, at);
    }
    Trouble trouble = Trouble.of(status);
    String message = at + ": " + trouble;
    return switch (status.getCode()) {
      case INVALID_ARGUMENT -> new InvalidRequestException(message);
      // Refused as a whole, as by what checks callers before a node looks at what they ask.
      case PERMISSION_DENIED, UNAUTHENTICATED ->
          new PermissionDeniedException(message, FailureInfo.NONE, null);
      case UNIMPLEMENTED -> new UnavailableException(message, FailureInfo.NONE, null);
      case UNAVAILABLE -> unavailable(status, mutation, message);
      default -> other(status, mutation, message);
    };
  }

  private static QuorateException other(Status status, boolean mutation, String message) {
    if (NotSent.isSaidBy(status)) {
      return new UnavailableException(message, FailureInfo.NONE, null);
    }
    if (mutation) {
      return new OutcomeUnknownException(message, FailureInfo.NONE, null);
    }
    return Trouble.isOfAnotherProtocol(status)
        ? new UnavailableException(message, FailureInfo.NONE, null)
        : new ServerFaultException(message, FailureInfo.NONE, null);
  }

  /** A connection that could not be made carried nothing, nor does a call without a login. */
  private static QuorateException unavailable(Status status, boolean mutation, String message) {
    boolean nothingSent = Trouble.of(status).neverConnected() || NotSent.isSaidBy(status);
    return mutation && !nothingSent
        ? new OutcomeUnknownException(message, FailureInfo.NONE, null)
        : new UnavailableException(message, FailureInfo.NONE, null);
  }

  /** Whether it was a Quorate node that refused, and not something on the way to it. */
  public static boolean toldByQuorate(Throwable failure) {
    return told(failure) != null;
  }

  /** Returns what a Quorate node said; null if it was none. */
  static @Nullable Failure told(Throwable failure) {
    Metadata trailers =
        failure instanceof StatusRuntimeException status ? status.getTrailers() : null;
    return trailers == null ? null : trailers.get(FAILURE);
  }

  /** Whether the cluster has decided so, for all attempts at one request. */
  public static boolean decided(Throwable failure) {
    Failure told = told(failure);
    return told != null && told.getDecided();
  }

  /** Whether another node may answer what this one did not. */
  public static boolean worthAnotherNode(QuorateException failure) {
    return failure instanceof UnavailableException
        || failure instanceof NotServingException
        || failure instanceof OverloadedException
        || failure instanceof ServerFaultException;
  }
}
