package io.quorate.client.internal.engine;

import io.quorate.client.FieldChange;
import io.quorate.client.Level;
import io.quorate.client.UpdateResult;
import io.quorate.client.internal.update.KeyName;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one caller changes of the fields of a key. It is never sent itself, but in an update. */
public final class ChangeCall extends Call<UpdateResult> {
  final Face<?, UpdateResult> face;
  final List<FieldChange> changes;

  /** Of the caller's array: good for looking up while the caller waits, and not to be kept. */
  final KeyName name;

  /** The update that has these changes; null: none yet. */
  @Nullable UpdateCall within;

  /** Where it is counted while it is held back and no thread waits for it; null: it is not. */
  WaitingRoom.@Nullable HeldKey heldKey;

  public ChangeCall(
      Face<?, UpdateResult> face,
      String tenant,
      byte[] key,
      @Nullable Level level,
      List<FieldChange> changes,
      long startNanos,
      long timeoutNanos) {
    super(tenant, key, bytes(changes), level, startNanos, timeoutNanos);
    this.face = face;
    this.changes = changes;
    this.name = KeyName.of(tenant, key);
  }

  private static int bytes(List<FieldChange> changes) {
    int bytes = 0;
    for (FieldChange each : changes) {
      byte[] value = each.value();
      bytes += value == null ? 0 : value.length;
    }
    return bytes;
  }

  @Override
  Call<?> carrier() {
    return within != null && within.isBegun() ? within : this;
  }

  @Override
  String verb() {
    return "update";
  }

  @Override
  boolean mutation() {
    return true;
  }

  @Override
  Face<?, ?> face() {
    return face;
  }

  @Override
  void writeTo(Operation.Builder operation) {
    throw new IllegalStateException("it is sent within an update");
  }

  @Override
  io.quorate.proto.v1.@Nullable ResultInfo info(OperationResult answer) {
    return null;
  }

  @Override
  UpdateResult read(OperationResult answer, io.quorate.proto.v1.ResultInfo info) {
    throw new IllegalStateException("it is answered within an update");
  }
}
