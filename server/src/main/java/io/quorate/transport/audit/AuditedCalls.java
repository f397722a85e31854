package io.quorate.transport.audit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quorate.transport.RemotePlace;
import io.quorate.transport.access.Callers;
import io.quorate.transport.tls.ShownCertificate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the calls that change something, with what they say. One whose client leaves before it has
 * said all did not begin.
 */
public final class AuditedCalls implements ServerInterceptor {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private final AuditLog log;
  private final Set<String> kept;
  private final Callers callers;

  /**
   * @param kept full names of the methods that change something
   * @param callers says who makes a call
   */
  public AuditedCalls(AuditLog log, Set<String> kept, Callers callers) {
    this.callers = callers;
    this.log = log;
    this.kept = Set.copyOf(kept);
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    if (!kept.contains(call.getMethodDescriptor().getFullMethodName())) {
      return next.startCall(call, headers);
    }
    Kept<A, B> audited = new Kept<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(audited, headers)) {
      @Override
      public void onMessage(A message) {
        audited.request = message;
        super.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        audited.begun = true;
        super.onHalfClose();
      }

      @Override
      public void onCancel() {
        if (audited.begun) {
          audited.add(Status.CANCELLED.withDescription("the caller did not wait for the answer"));
        }
        super.onCancel();
      }
    };
  }

  private final class Kept<A, B> extends SimpleForwardingServerCall<A, B> {
    private @Nullable A request;

    /** Whether all was said: only then is a call carried out that takes one message. */
    private boolean begun;

    private boolean added;

    Kept(ServerCall<A, B> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      add(status);
      super.close(status, trailers);
    }

    void add(Status status) {
      if (added) {
        return;
      }
      added = true;
      log.add(
          new AuditRecord(
              mayHaveChanged(status),
              "call",
              getMethodDescriptor().getFullMethodName(),
              RemotePlace.of(getAttributes()),
              callers.of(getAttributes()).user(),
              ShownCertificate.subject(getAttributes()),
              json(request),
              status.getCode().name(),
              status.getDescription()));
    }
  }

  /** Of what is refused for what it says, or as things are, there may be a flood. */
  private static boolean mayHaveChanged(Status status) {
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION -> false;
      default -> true;
    };
  }

  private static @Nullable String json(@Nullable Object request) {
    try {
      return request instanceof Message message ? JSON.print(Shown.of(message)) : null;
    } catch (InvalidProtocolBufferException unprintable) {
      return null;
    }
  }
}
