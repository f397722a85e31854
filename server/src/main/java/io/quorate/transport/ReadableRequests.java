package io.quorate.transport;

import io.grpc.Attributes;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.quorate.model.Invariant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers INVALID_ARGUMENT to a message that cannot be read, and to one that {@link UnknownFields}
 * refuses. By itself gRPC reports whatever a marshaller throws as a fault of the server: UNKNOWN to
 * the caller, which might send it again, and a stack trace in the log.
 */
final class ReadableRequests {
  private ReadableRequests() {}

  /**
   * Returns the service with methods that see only messages that could be read.
   *
   * @param limits bytes that a message may have when it is decompressed
   */
  static ServerServiceDefinition of(ServerServiceDefinition service, MessageLimits limits) {
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      methods.add(readable(method, limits));
    }
    ServiceDescriptor described = service.getServiceDescriptor();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(described.getName())
            .setSchemaDescriptor(described.getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder readable = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(readable::addMethod);
    return readable.build();
  }

  private static <A, B> ServerMethodDefinition<Request<A>, B> readable(
      ServerMethodDefinition<A, B> method, MessageLimits limits) {
    MethodDescriptor<A, B> described = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        lenient(described, limits),
        new Handler<>(
            described, UnknownFields.areRefusedBy(described), method.getServerCallHandler()));
  }

  private static <A, B> MethodDescriptor<Request<A>, B> lenient(
      MethodDescriptor<A, B> method, MessageLimits limits) {
    int bytesMax = limits.of(method.getFullMethodName());
    return method.toBuilder(
            new Lenient<>(method.getRequestMarshaller(), bytesMax), method.getResponseMarshaller())
        .build();
  }

  /** A message, or why there is none. */
  private record Request<A>(@Nullable A message, @Nullable RuntimeException trouble) {}

  private record Lenient<A>(Marshaller<A> strict, int bytesMax) implements Marshaller<Request<A>> {
    @Override
    public Request<A> parse(InputStream stream) {
      try {
        // What is not of known length is compressed; its length is known when it has been read.
        InputStream bounded =
            stream instanceof KnownLength
                ? stream
                : new BoundedStream(stream, Intake.bytesMaxOfParsed(bytesMax));
        return new Request<>(strict.parse(bounded), null);
      } catch (RuntimeException unreadable) {
        return new Request<>(null, unreadable);
      }
    }

    @Override
    public InputStream stream(Request<A> request) {
      // Only clients write requests.
      return strict.stream(
          Invariant.present(request.message(), "a request that could not be read is written"));
    }
  }

  private record Handler<A, B>(
      MethodDescriptor<A, B> method, boolean refusesUnknownFields, ServerCallHandler<A, B> next)
      implements ServerCallHandler<Request<A>, B> {
    @Override
    public ServerCall.Listener<Request<A>> startCall(
        ServerCall<Request<A>, B> call, Metadata headers) {
      Readable<A, B> readable = new Readable<>(call, method);
      return new Reading<>(readable, refusesUnknownFields, next.startCall(readable, headers));
    }
  }

  /** Hands messages on, up to the first that is refused. */
  private static final class Reading<A> extends ServerCall.Listener<Request<A>> {
    private final Readable<A, ?> call;
    private final boolean refusesUnknownFields;
    private final ServerCall.Listener<A> listener;

    Reading(Readable<A, ?> call, boolean refusesUnknownFields, ServerCall.Listener<A> listener) {
      this.call = call;
      this.refusesUnknownFields = refusesUnknownFields;
      this.listener = listener;
    }

    @Override
    public void onMessage(Request<A> request) {
      if (call.over || call.closed) {
        return;
      }
      A message = request.message();
      if (message == null) {
        refuse(
            "the message cannot be read as a request of %s: %s; nothing was applied"
                .formatted(call.method.getFullMethodName(), reason(request.trouble())));
        return;
      }
      String refusal = refusesUnknownFields ? UnknownFields.refusal(message) : null;
      if (refusal == null) {
        listener.onMessage(message);
      } else {
        refuse(refusal);
      }
    }

    private void refuse(String why) {
      Failure refused = Failure.refused(Reason.INVALID, why);
      call.close(StatusTable.status(refused), StatusTable.trailers(refused));
      call.over = true;
      listener.onCancel();
    }

    /** The innermost reason: the marshallers of protobuf and of frames wrap it. */
    private static String reason(@Nullable Throwable trouble) {
      Throwable root = trouble;
      while (root != null && root.getCause() != null) {
        root = root.getCause();
      }
      return root == null ? "it is empty" : String.valueOf(root.getMessage());
    }

    @Override
    public void onHalfClose() {
      if (!call.over) {
        listener.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      if (!call.over) {
        listener.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!call.over) {
        listener.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (!call.over) {
        listener.onReady();
      }
    }
  }

  /** The call as its handler sees it; what the handler still says after its end is dropped. */
  private static final class Readable<A, B> extends ServerCall<A, B> {
    private final ServerCall<Request<A>, B> call;
    private final MethodDescriptor<A, B> method;

    /** One of its messages was refused, and it was closed for that. */
    private boolean over;

    /** Its handler has closed it. */
    private boolean closed;

    Readable(ServerCall<Request<A>, B> call, MethodDescriptor<A, B> method) {
      this.call = call;
      this.method = method;
    }

    @Override
    public void request(int messages) {
      if (!over) {
        call.request(messages);
      }
    }

    @Override
    public void sendHeaders(Metadata headers) {
      if (!over) {
        call.sendHeaders(headers);
      }
    }

    @Override
    public void sendMessage(B message) {
      if (!over) {
        call.sendMessage(message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!over) {
        closed = true;
        call.close(status, trailers);
      }
    }

    @Override
    public boolean isReady() {
      return !over && call.isReady();
    }

    @Override
    public boolean isCancelled() {
      return over || call.isCancelled();
    }

    @Override
    public void setMessageCompression(boolean enabled) {
      call.setMessageCompression(enabled);
    }

    @Override
    public void setCompression(String compressor) {
      call.setCompression(compressor);
    }

    @Override
    public void setOnReadyThreshold(int bytes) {
      call.setOnReadyThreshold(bytes);
    }

    @Override
    public SecurityLevel getSecurityLevel() {
      return call.getSecurityLevel();
    }

    @Override
    public Attributes getAttributes() {
      return call.getAttributes();
    }

    @Override
    public @Nullable String getAuthority() {
      return call.getAuthority();
    }

    @Override
    public MethodDescriptor<A, B> getMethodDescriptor() {
      return method;
    }
  }
}
