package io.quorate.replication.replica;

import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.memory.KeyWrites;
import io.quorate.version.FenceRank;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A mark, which becomes a part of the record of its key (docs/design/fencing.md#mark). */
final class MarkPut extends PreparedPut {
  private final Version mark;
  private final boolean isHeld;
  private @Nullable Record counted;
  private @Nullable Record under;

  MarkPut(MergeParts parts, Prepare request, Consumer<? super PrepareOutcome> callback) {
    super(parts, request.partition(), request.key(), callback);
    this.mark = request.ballot();
    this.isHeld = request.mark() == ReplicaMessage.Mark.HELD;
  }

  @Override
  public void merge(KeyWrites at) {
    at.recordWanted();
    RecordModel model = parts.purgeView().model(key);
    Record held = parts.purgeView().present(partition, model, at.newest());
    WriteOutcome refusal = refusal(held);
    if (refusal != null) {
      ended.accept(refusal);
      return;
    }
    counted = held;
    under = held == null ? null : held.unmarked();
    boolean isAskedAgain = held != null && held.version().equals(mark); // its answer was lost
    if (isAskedAgain || isFresh(held) || !parts.rules().storesMarks()) {
      at.answerWhenDurable(Stored.INSTANCE, ended);
      return;
    }
    if (at.isPutting()) {
      parts.events().accept(ReplicaEvent.Window.MERGED_WITH_UNSYNCED);
    }
    put(at, Record.marked(mark, under));
  }

  /** What was written under the token holds back all that the mark would. */
  private boolean isFresh(@Nullable Record held) {
    return held != null && held.version().rank() == FenceRank.freshAbove(mark.rank());
  }

  private @Nullable WriteOutcome refusal(@Nullable Record held) {
    RecordModel model = parts.purgeView().model(key);
    if (!model.hasRanks()) {
      return new Refused("it does not know the tenant yet, or as one whose records have no marks");
    }
    if (!FenceRank.isRaised(mark.rank())) {
      return new Refused("the mark has no token of a lock");
    }
    Refused tooFar = parts.stamps().refusal(mark, held);
    if (tooFar != null) {
      return tooFar;
    }
    if (isFresh(held)) {
      return null;
    }
    long promised = parts.purgeView().promised(partition, model);
    if (Long.compareUnsigned(mark.hlc(), promised) <= 0) {
      parts.events().accept(new ReplicaEvent.BelowPromiseRefused());
      return new PromisedHigher(new Version(0, promised, mark.node(), 0));
    }
    boolean isHeldAlready =
        held != null && held.isMarked() && held.version().equals(mark); // its answer was lost
    if (held != null && !isHeldAlready && !held.isBelow(mark)) {
      parts.events().accept(ReplicaEvent.Window.MARKED_BELOW_ANOTHER);
      return new PromisedHigher(held.version());
    }
    if (!isHeld && parts.mayHaveForgottenFence(partition, held)) {
      parts.events().accept(ReplicaEvent.Window.FENCE_FORGOTTEN);
      return FenceForgotten.INSTANCE;
    }
    return null;
  }

  @Override
  long handingIn(Record record) {
    return parts.trees().handingIn(partition, key, counted, record, Cause.FRESH);
  }

  @Override
  @Nullable Record held() {
    return under;
  }

  @Override
  String whenFilled() {
    return "its mark does not count";
  }

  @Override
  void stored(@Nullable RecordHeader before, Record put) {
    if (parts.rules().isTold(Cause.FRESH)) {
      parts.listeners().stored(partition, key, MergeParts.accepted(before), put);
    }
  }
}
