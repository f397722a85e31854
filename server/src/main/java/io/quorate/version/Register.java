package io.quorate.version;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the replicas of a linearizable key agree on: its value, the changes that it has taken last,
 * so that it takes none twice, and the token below which it takes none. Immutable.
 *
 * @param floor hybrid time up to which changes may be forgotten: one with such an id that is not
 *     among the changes may have been taken
 * @param fence the highest token of a lock under which it was written or read; 0 if there was none,
 *     or if it is forgotten, as {@link #mayHaveForgottenFence} tells
 * @param last the write that gave the value, or took it away; {@link #NEVER} if there was none
 * @param changes the oldest first
 * @param value not to be changed; null if the key has none
 */
public record Register(
    long floor, long fence, WriteId last, List<Change> changes, byte @Nullable [] value) {
  /** No write. */
  static final WriteId NEVER = new WriteId(0, 0, 0);

  /** Changes that are remembered; with one more the oldest is forgotten. */
  public static final int CHANGES_MAX = 32;

  /**
   * A change that was taken.
   *
   * @param result what its client is told, also when it tries again
   * @param sum what an increment came to, or why an update of fields was not taken, likewise; else
   *     0
   */
  public record Change(WriteId id, byte result, long sum) {}

  public Register {
    changes = List.copyOf(changes);
  }

  /**
   * The register in a record.
   *
   * @param record as it counts; null for nothing
   * @param purged hybrid time up to which the partition was purged: a key of which nothing is left
   *     has forgotten all changes up to there
   */
  public static Register of(@Nullable Record record, long purged) {
    return record == null
        ? new Register(purged, 0, NEVER, List.of(), null)
        : RegisterLayout.read(record);
  }

  /** The record of this register, accepted by a ballot. */
  public Record toRecord(Version ballot) {
    return RegisterLayout.write(this, ballot);
  }

  /** The value in a record as readers see it; null if there is none. */
  public static @Nullable Record shown(Record record) {
    return RegisterLayout.shown(record);
  }

  /**
   * The version of the value, by which clients know it: that of the write that gave it. The ballot
   * is another one each time that a proposer has the same register accepted again.
   */
  public Version version() {
    return versionOf(last);
  }

  /** Whether any write gave it a value, or took it away. */
  public boolean wasWritten() {
    return !last.equals(NEVER);
  }

  /** The version of what a write gives. */
  public static Version versionOf(WriteId write) {
    int number = (int) write.number() & Integer.MAX_VALUE;
    return new Version(0, write.hlc(), new NodeId(write.session()), number);
  }

  /** The change of an id, if it was taken and is remembered. */
  public @Nullable Change find(WriteId id) {
    for (Change change : changes) {
      if (change.id().equals(id)) {
        return change;
      }
    }
    return null;
  }

  /** Whether a change that is not found may have been taken. */
  public boolean mayHaveForgotten(WriteId id) {
    return Long.compareUnsigned(id.hlc(), floor) <= 0;
  }

  /** Whether what comes with a token comes too late: a later holder of the lock was here. */
  public boolean fencesOff(long token) {
    return Long.compareUnsigned(token, fence) < 0;
  }

  /**
   * Whether the key may have had a fence that went with a purge. The floor rises with each purge of
   * the key; it rises, too, when a change is forgotten, so this may be true of one that had none.
   */
  public boolean mayHaveForgottenFence() {
    return fence == 0 && floor != 0;
  }

  /** The register after an operation with a token that it does not fence off. */
  public Register fencedBy(long token) {
    return token == fence ? this : new Register(floor, token, last, changes, value);
  }

  /** The register after a change that gives it a value, or null. */
  public Register after(Change change, byte @Nullable [] next) {
    return with(change, change.id(), next);
  }

  /** The register with its value, that remembers a change which does not give it one. */
  public Register remembering(Change change) {
    return with(change, last, value);
  }

  private Register with(Change change, WriteId giver, byte @Nullable [] next) {
    List<Change> all = new ArrayList<>(changes);
    all.add(change);
    long forgotten = floor;
    while (all.size() > CHANGES_MAX) {
      forgotten = Hlc.later(forgotten, all.removeFirst().id().hlc());
    }
    return new Register(forgotten, fence, giver, all, next);
  }
}
