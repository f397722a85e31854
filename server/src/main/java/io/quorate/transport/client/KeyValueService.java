package io.quorate.transport.client;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.placement.Level;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.runtime.Lane;
import io.quorate.transport.Frame;
import io.quorate.transport.FrameMarshaller;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.StatusTable;
import io.quorate.transport.access.Caller;
import io.quorate.transport.access.Callers;
import io.quorate.transport.codec.OperationCodec;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import io.quorate.transport.codec.OutcomeCodec;
import io.quorate.transport.codec.ScanCodec;
import io.quorate.transport.codec.WireWriter;

/**
 * {@code quorate.v1.KeyValue}: every call becomes operations that the {@link RequestEntry} takes.
 *
 * <p>Its methods are bound to raw frames instead of the generated classes, which are slow to build
 * and to take apart; the generated service still describes it, for reflection and for clients.
 */
public final class KeyValueService {
  private final LaneEntry entry;
  private final RequestEntry desk;
  private final LateCalls lateCalls;
  private final Callers callers;

  /**
   * The service of one node.
   *
   * @param desk on this lane
   * @param callers says who makes a call
   */
  public KeyValueService(Lane lane, RequestEntry desk, LateCalls lateCalls, Callers callers) {
    this.entry = new LaneEntry(lane);
    this.desk = desk;
    this.lateCalls = lateCalls;
    this.callers = callers;
  }

  /** Requests that the node works on. On the lane. */
  int inFlight() {
    return desk.inFlight();
  }

  /** Bytes of answers that clients have not read. On the lane. */
  long unreadBytes() {
    return desk.unread().bytes();
  }

  /** What a server serves. */
  public ServerServiceDefinition definition() {
    MethodDescriptor<Frame, Frame> put = framed(KeyValueGrpc.getPutMethod());
    MethodDescriptor<Frame, Frame> get = framed(KeyValueGrpc.getGetMethod());
    MethodDescriptor<Frame, Frame> delete = framed(KeyValueGrpc.getDeleteMethod());
    MethodDescriptor<Frame, Frame> update = framed(KeyValueGrpc.getUpdateMethod());
    MethodDescriptor<Frame, Frame> increment = framed(KeyValueGrpc.getIncrementMethod());
    MethodDescriptor<Frame, Frame> updateFields = framed(KeyValueGrpc.getUpdateFieldsMethod());
    MethodDescriptor<Frame, Frame> batchGet = framed(KeyValueGrpc.getBatchGetMethod());
    MethodDescriptor<Frame, Frame> batchPut = framed(KeyValueGrpc.getBatchPutMethod());
    MethodDescriptor<Frame, Frame> pipe = framed(KeyValueGrpc.getPipeMethod());
    MethodDescriptor<ScanRequest, ScanResponse> scan = KeyValueGrpc.getScanMethod();
    ServiceDescriptor generated = KeyValueGrpc.getServiceDescriptor();
    ServiceDescriptor service =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(new DescribedDetails(generated.getSchemaDescriptor()))
            .addMethod(put)
            .addMethod(get)
            .addMethod(delete)
            .addMethod(update)
            .addMethod(increment)
            .addMethod(updateFields)
            .addMethod(batchGet)
            .addMethod(batchPut)
            .addMethod(scan)
            .addMethod(pipe)
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(
            put, unary((bytes, nanos, reply) -> one(OperationCodec.readPut(bytes), nanos, reply)))
        .addMethod(
            get, unary((bytes, nanos, reply) -> one(OperationCodec.readGet(bytes), nanos, reply)))
        .addMethod(
            delete,
            unary((bytes, nanos, reply) -> one(OperationCodec.readDelete(bytes), nanos, reply)))
        .addMethod(
            update,
            unary((bytes, nanos, reply) -> one(OperationCodec.readUpdate(bytes), nanos, reply)))
        .addMethod(
            increment,
            unary((bytes, nanos, reply) -> one(OperationCodec.readIncrement(bytes), nanos, reply)))
        .addMethod(
            updateFields,
            unary(
                (bytes, nanos, reply) -> one(OperationCodec.readUpdateFields(bytes), nanos, reply)))
        .addMethod(batchGet, unary(this::batchGet))
        .addMethod(batchPut, unary(this::batchPut))
        .addMethod(scan, this::scan)
        .addMethod(pipe, this::pipe)
        .build();
  }

  private static MethodDescriptor<Frame, Frame> framed(MethodDescriptor<?, ?> generated) {
    return generated.toBuilder(FrameMarshaller.INSTANCE, FrameMarshaller.INSTANCE).build();
  }

  private ServerCallHandler<Frame, Frame> unary(UnaryMethod.Body body) {
    return new UnaryMethod(entry, desk.defaultTimeoutNanos(), desk.unread(), callers, body);
  }

  private void one(Operation operation, long timeoutNanos, UnaryMethod.Reply reply) {
    desk.submit(
        reply.caller(), 0, operation, timeoutNanos, (id, same, outcome) -> answer(outcome, reply));
  }

  private static void answer(Outcome outcome, UnaryMethod.Reply reply) {
    WireWriter response = new WireWriter();
    switch (outcome) {
      case Outcome.Written written -> {
        OutcomeCodec.writeWritten(response, written);
        reply.send(response);
      }
      case Outcome.Updated updated -> {
        OutcomeCodec.writeUpdated(response, updated);
        reply.send(response);
      }
      case Outcome.Read read -> {
        OutcomeCodec.writeRead(response, read);
        reply.sendIfRoom(response);
      }
      case Outcome.Failed(Failure failure) -> reply.fail(failure);
    }
  }

  private void batchGet(byte[] request, long timeoutNanos, UnaryMethod.Reply reply)
      throws InvalidOperationException {
    BatchCall batch = new BatchCall(desk, reply);
    OperationCodec.readBatchGet(request, desk.limits().batchOperationsMax(), batch);
    batch.begin(timeoutNanos);
  }

  private void batchPut(byte[] request, long timeoutNanos, UnaryMethod.Reply reply)
      throws InvalidOperationException {
    BatchCall batch = new BatchCall(desk, reply);
    OperationCodec.readBatchPut(request, desk.limits().batchOperationsMax(), batch);
    batch.begin(timeoutNanos);
  }

  private ServerCall.Listener<ScanRequest> scan(
      ServerCall<ScanRequest, ScanResponse> call, Metadata headers) {
    Caller caller = callers.of(call.getAttributes());
    return ServerCalls.<ScanRequest, ScanResponse>asyncServerStreamingCall(
            (request, observer) -> scan(caller, request, observer))
        .startCall(call, headers);
  }

  private void scan(Caller caller, ScanRequest request, StreamObserver<ScanResponse> observer) {
    ServerCallStreamObserver<ScanResponse> client =
        (ServerCallStreamObserver<ScanResponse>) observer;
    Deadline deadline = Context.current().getDeadline();
    Level level;
    try {
      level = ScanCodec.level(request.getLevel());
    } catch (IllegalArgumentException e) {
      Failure invalid = Failure.refused(Reason.INVALID, String.valueOf(e.getMessage()));
      client.onError(StatusTable.status(invalid).asRuntimeException(StatusTable.trailers(invalid)));
      return;
    }
    ScanStream stream = new ScanStream(request, level, deadline, client, caller, desk);
    client.setOnReadyHandler(() -> entry.enter(stream::goOn));
    // Also, writing to a client that has left would throw without it.
    client.setOnCancelHandler(() -> entry.enter(stream::wasRead));
    client.setOnCloseHandler(() -> entry.enter(stream::wasRead));
    entry.enter(stream::goOn);
  }

  private ServerCall.Listener<Frame> pipe(ServerCall<Frame, Frame> call, Metadata headers) {
    PipeStream stream =
        new PipeStream(call, callers.of(call.getAttributes()), entry, desk, lateCalls);
    entry.enter(stream::open);
    return stream;
  }
}
