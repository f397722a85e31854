package io.quorate.client.internal.engine;

import io.quorate.client.UpdateResult;
import io.quorate.client.internal.update.Fold;
import io.quorate.client.internal.update.KeyName;
import io.quorate.client.internal.update.Writers.Made;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.RequestId;
import io.quorate.proto.v1.UpdateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one key that are sent together, of one caller or of several. It is made by a
 * writer when it is first sent; until then others may join. All attempts are the same.
 */
final class UpdateCall extends Call<UpdateResult> {
  private final Face<?, UpdateResult> face;
  private final RequestId requestId;
  private final BiFunction<KeyName, Fold, Made> maker;

  /** With its own copy of the key. */
  final KeyName name;

  /** Those whose changes it has, in the order in which they came. */
  final List<ChangeCall> callers = new ArrayList<>();

  /** How many of these have left since it was folded. */
  private int left;

  /** Whether others may join until it is made. */
  private final boolean open;

  /** Their changes; null if it is to be made again, since one of them has left. */
  private @Nullable Fold fold = new Fold();

  /** As it is sent; null: it was not sent yet. */
  private @Nullable Made made;

  /** Whether it is under way: no earlier update of its key is. */
  private boolean begun;

  /**
   * @param key nothing writes to the array: the first caller may leave, and use its own for another
   *     key
   * @param maker has a writer make it
   * @param open whether others may join
   */
  UpdateCall(
      ChangeCall first,
      byte[] key,
      RequestId requestId,
      BiFunction<KeyName, Fold, Made> maker,
      boolean open) {
    super(
        first.tenant,
        key,
        0,
        first.level,
        first.startNanos,
        first.deadlineNanos - first.startNanos);
    this.face = first.face;
    this.name = KeyName.of(tenant, key);
    this.requestId = requestId;
    this.maker = maker;
    this.open = open;
    this.once = true;
    this.patience = first.patience;
    join(first);
  }

  /** It is under way from now on. */
  void begin() {
    begun = true;
  }

  boolean isBegun() {
    return begun;
  }

  /** Whether another caller may join. */
  boolean admits(ChangeCall other) {
    return open
        && made == null
        && face == other.face
        && patience == other.patience
        && Objects.equals(level, other.level)
        && fold().admits(other.changes);
  }

  void join(ChangeCall caller) {
    Fold all = fold();
    all.add(caller.changes);
    caller.within = this;
    callers.add(caller);
    bytes = key.length + all.bytes() + 64;
    deadlineNanos =
        callers.size() == 1 ? caller.deadlineNanos : Math.max(deadlineNanos, caller.deadlineNanos);
  }

  /** A caller does not wait any more, before it was sent; its call is about to end. */
  void leave() {
    left++;
    fold = null;
  }

  /** Whether no caller waits any more. */
  boolean isLeft() {
    return callers.size() == left;
  }

  private Fold fold() {
    Fold known = fold;
    if (known == null) {
      callers.removeIf(each -> each.done);
      left = 0;
      known = new Fold();
      for (ChangeCall each : callers) {
        known.add(each.changes);
      }
      fold = known;
    }
    return known;
  }

  /** Whether it does anything but count. */
  boolean hasValues() {
    return fold().hasValues();
  }

  /** Whether it was sent, so that its callers share its outcome. */
  boolean isMade() {
    return made != null;
  }

  /** Its writer is too old, and nothing of it was applied: another writer is to make it. */
  void onWriterTooOld() {
    made = null;
    tooLow++;
    mayHaveApplied = false;
  }

  /** Nothing of it was applied, nor will be. */
  void takeBack() {
    if (made != null) {
      made.takeBack();
    }
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
    Made sent = made;
    if (sent == null) {
      sent = maker.apply(name, fold());
      made = sent;
    }
    UpdateRequest.Builder request =
        UpdateRequest.newBuilder()
            .setTenant(Words.tenantToWire(tenant))
            .setKey(Words.bytes(key))
            .setRequestId(requestId)
            .setWriter(sent.writer())
            .setFirstAttempt(!mayHaveApplied)
            .setTenantId(sent.tenantId())
            .addAllFields(sent.fields());
    if (level != null) {
      request.setLevel(Words.toWire(level));
    }
    operation.setUpdate(request);
  }

  @Override
  io.quorate.proto.v1.@Nullable ResultInfo info(OperationResult answer) {
    return answer.hasUpdate() ? answer.getUpdate().getInfo() : null;
  }

  @Override
  UpdateResult read(OperationResult answer, io.quorate.proto.v1.ResultInfo info) {
    return UpdateResult.of(Words.fromWire(info));
  }
}
