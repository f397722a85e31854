package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.replica.memory.KeyWrites;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Version;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A promise to accept nothing below a ballot, which is stored beside what has been accepted. */
final class PromisePut extends PreparedPut {
  private final Version ballot;
  private @Nullable Record accepted;

  PromisePut(
      MergeParts parts,
      int partition,
      Key key,
      Version ballot,
      Consumer<? super PrepareOutcome> callback) {
    super(parts, partition, key, callback);
    this.ballot = ballot;
  }

  @Override
  public void merge(KeyWrites at) {
    at.recordWanted();
    Record held = at.newest();
    Refused refusal = parts.stamps().refusal(ballot, held);
    if (refusal != null) {
      ended.accept(refusal);
      return;
    }
    if (held != null && held.hasPromise() && held.promised().equals(ballot)) {
      accepted = parts.purgeView().present(partition, parts.purgeView().model(key), held);
      at.answerWhenDurable(Stored.INSTANCE, ended); // asked again, since its answer was lost
      return;
    }
    if (held != null && held.hasPromisedAsMuchAs(ballot)) {
      parts.events().accept(ReplicaEvent.Window.PREPARED_BELOW_PROMISE);
      ended.accept(new PromisedHigher(held.promised()));
      return;
    }
    accepted = parts.purgeView().present(partition, parts.purgeView().model(key), held);
    if (!parts.rules().storesPromises()) {
      at.answerWhenDurable(Stored.INSTANCE, ended);
      return;
    }
    put(at, Record.promising(held, ballot));
  }

  @Override
  @Nullable Record held() {
    return accepted;
  }

  @Override
  String whenFilled() {
    return "promises nothing";
  }

  @Override
  long handingIn(Record record) {
    return TreeUpdates.NOTHING;
  }

  /** No listener is told: what counts of the record is the same as before. */
  @Override
  void stored(@Nullable RecordHeader before, Record put) {}
}
