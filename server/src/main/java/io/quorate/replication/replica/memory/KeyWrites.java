package io.quorate.replication.replica.memory;

import io.quorate.model.Invariant;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one key that are under way. While any is, all writes of the key meet here, so that
 * each merges with the newest record handed to the store and not with what is on disk
 * (docs/design/protocol.md#durable).
 */
public final class KeyWrites {
  /** A write that waits for the key's record to be read. */
  public interface Arrival {
    void merge(KeyWrites key);

    /**
     * Merges if that takes no more than the header of what is durable; false if it takes the
     * record, which is then read.
     */
    default boolean mergeByHeader(KeyWrites key, RecordHeader durable) {
      return false;
    }

    void failed(StorageFault fault);
  }

  /**
   * An answer that may be given once the put it depends on is durable.
   *
   * @param put number of that put
   */
  private record Waiter(long put, WriteOutcome outcome, Consumer<WriteOutcome> callback) {}

  final int partition;

  /** Writes that came before the key's record was read; null once it is. */
  private @Nullable List<Arrival> arrivals = new ArrayList<>(1);

  /**
   * Why the key's record could not be read. A caller that is told may send another write at once:
   * that write must not take the key for empty, and put an older record over what is there.
   */
  private @Nullable StorageFault unread;

  /**
   * The newest record read or handed to the store; null if there is none, or its header alone is
   * known and nothing has been put over it.
   */
  private @Nullable Record newest;

  /** The record on disk, as far as it is known, or its header. */
  private @Nullable RecordHeader durableNow;

  /** By rising number of their put; puts end in the order in which they began. */
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>(2);

  /** Whether the record was read meanwhile, or merged, and may be again. */
  private boolean wanted;

  private long putsBegun;
  private long putsEnded;

  /** What to answer instead, since a put failed: what is on disk is not known any more. */
  private @Nullable WriteOutcome broken;

  KeyWrites(int partition) {
    this.partition = partition;
  }

  void arrive(Arrival arrival) {
    if (unread != null) {
      arrival.failed(unread);
    } else if (arrivals == null) {
      arrival.merge(this);
    } else {
      arrivals.add(arrival);
    }
  }

  /**
   * Has the writes that wait merge by the header of what is durable, as far as they can; false if
   * the record has to be read.
   *
   * <p>Each waits until its merge has ended: a caller that is refused may send another write at
   * once, and that must not take the key for empty.
   */
  boolean loadedHeader(RecordHeader durable) {
    List<Arrival> waiting = Invariant.present(arrivals, "the record was read already");
    while (putsBegun == 0 && !waiting.isEmpty()) {
      if (!waiting.getFirst().mergeByHeader(this, durable)) {
        return false;
      }
      waiting.removeFirst();
    }
    durableNow = durable;
    for (Arrival arrival : takeArrivals()) {
      arrival.merge(this);
    }
    return true;
  }

  public void loaded(@Nullable Record durable) {
    newest = durable;
    durableNow = durable;
    for (Arrival arrival : takeArrivals()) {
      arrival.merge(this);
    }
  }

  public void loadFailed(StorageFault fault) {
    unread = fault;
    for (Arrival arrival : takeArrivals()) {
      arrival.failed(fault);
    }
  }

  private List<Arrival> takeArrivals() {
    List<Arrival> waiting = arrivals == null ? List.of() : arrivals;
    arrivals = null;
    return waiting;
  }

  /** The newest record read or handed to the store; null if there is none. */
  public @Nullable Record newest() {
    return newest;
  }

  /** A record was handed to the store; null: it was told to take away what is there. */
  public void putBegun(@Nullable Record record) {
    newest = record;
    putsBegun++;
  }

  /** A note of an older version was handed to the store. It ends as a put does, in its turn. */
  public void noteBegun() {
    putsBegun++;
  }

  /** Answers once the newest record here is durable: at once if it is. */
  public void answerWhenDurable(WriteOutcome outcome, Consumer<WriteOutcome> callback) {
    if (broken != null) {
      callback.accept(broken);
    } else if (putsEnded == putsBegun) {
      callback.accept(outcome);
    } else {
      waiters.add(new Waiter(putsBegun, outcome, callback));
    }
  }

  /** The record on disk as of the last put that ended; {@code read} if that is not known yet. */
  @Nullable RecordHeader durableOr(Record read) {
    return arrivals == null && unread == null ? durableNow : read;
  }

  /** The record of the oldest put under way is durable; gives what was before, null for nothing. */
  public @Nullable RecordHeader becameDurable(@Nullable Record record) {
    RecordHeader before = durableNow;
    durableNow = record;
    return before;
  }

  /**
   * The oldest put under way has ended; gives the answers that waited for it.
   *
   * @param failure what to answer from now on, if the put failed
   */
  public void putEnded(@Nullable WriteOutcome failure) {
    putsEnded++;
    if (broken == null) {
      broken = failure;
    }
    for (Waiter next = waiters.peek();
        next != null && next.put() <= putsEnded;
        next = waiters.peek()) {
      waiters.remove();
      next.callback().accept(broken == null ? next.outcome() : broken);
    }
  }

  /**
   * The record on disk, or its header, once nothing is under way; null if there is none, or it is
   * not known.
   */
  @Nullable RecordHeader durable() {
    return broken == null ? durableNow : null;
  }

  /** The record is being read from the disk, or a write had to have it. */
  public void recordWanted() {
    wanted = true;
  }

  boolean isRecordWanted() {
    return wanted;
  }

  /** Whether no put is under way behind the oldest. */
  public boolean isLastPut() {
    return putsBegun - putsEnded <= 1;
  }

  /** Whether a record was handed to the store that may not be durable yet. */
  public boolean isPutting() {
    return putsEnded != putsBegun;
  }

  /** Whether nothing of this key is under way. */
  boolean isIdle() {
    return putsEnded == putsBegun && arrivals == null;
  }
}
