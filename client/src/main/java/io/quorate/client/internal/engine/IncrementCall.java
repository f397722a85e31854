package io.quorate.client.internal.engine;

import io.quorate.client.IncrementResult;
import io.quorate.proto.v1.IncrementRequest;
import io.quorate.proto.v1.IncrementResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.WriteStamp;
import org.jspecify.annotations.Nullable;

/** Adds to the number that a linearizable key has. */
public final class IncrementCall extends Call.Write<IncrementResult> {
  private final IncrementRequest request;

  public IncrementCall(
      String tenant, byte[] key, IncrementRequest request, long startNanos, long timeoutNanos) {
    super(Face.VALUES, tenant, key, 0, null, startNanos, timeoutNanos);
    this.request = request;
  }

  @Override
  String verb() {
    return "increment";
  }

  @Override
  boolean takesDefaultTtl() {
    return false;
  }

  @Override
  long expiresAtMillis(long writtenMillis, long defaultTtlMillis) {
    return 0;
  }

  @Override
  void writeTo(Operation.Builder operation) {
    WriteStamp stamp = takeStamp();
    operation.setIncrement(stamp == null ? request : request.toBuilder().setStamp(stamp).build());
  }

  @Override
  io.quorate.proto.v1.@Nullable ResultInfo info(OperationResult answer) {
    return answer.hasIncrement() ? answer.getIncrement().getInfo() : null;
  }

  @Override
  IncrementResult read(OperationResult answer, io.quorate.proto.v1.ResultInfo info) {
    IncrementResponse increment = answer.getIncrement();
    return IncrementResult.of(
        increment.getSum(), Words.fromWire(increment.getVersion()), Words.fromWire(info));
  }
}
