package io.quorate.client.internal.engine;

import io.quorate.client.WriteResult;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.UpdateFieldsRequest;
import io.quorate.proto.v1.WriteStamp;
import org.jspecify.annotations.Nullable;

/** Changes fields of the map that a linearizable key has. */
public final class UpdateFieldsCall extends Call.Write<WriteResult> {
  private final UpdateFieldsRequest request;

  public UpdateFieldsCall(
      String tenant, byte[] key, UpdateFieldsRequest request, long startNanos, long timeoutNanos) {
    super(
        Face.VALUES,
        tenant,
        key,
        request.getSerializedSize() - key.length,
        null,
        startNanos,
        timeoutNanos);
    this.request = request;
  }

  @Override
  String verb() {
    return "update of fields";
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
    operation.setUpdateFields(
        stamp == null ? request : request.toBuilder().setStamp(stamp).build());
  }

  @Override
  io.quorate.proto.v1.@Nullable ResultInfo info(OperationResult answer) {
    return answer.hasUpdateFields() ? answer.getUpdateFields().getInfo() : null;
  }

  @Override
  WriteResult read(OperationResult answer, io.quorate.proto.v1.ResultInfo info) {
    return WriteResult.of(
        Words.fromWire(answer.getUpdateFields().getVersion()), Words.fromWire(info));
  }
}
