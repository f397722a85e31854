package io.quorate.storage.memory;

import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.storage.DiskMarkStore.DiskMark;
import io.quorate.storage.HintStore;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One change to make durable, whole or not at all, with its callback and the callback's lane. */
record Write(Lane lane, Effect effect, long bytes, RecordStore.PutCallback callback) {

  /** What becomes different on disk. */
  sealed interface Effect {}

  /** A record takes the place of what was there. */
  record PutRecord(Place place, Record record) implements Effect {}

  /** What was lost of the hints is marked. */
  record LossMarked() implements Effect {}

  /** Nothing is there any more. */
  record RemoveRecord(Place place) implements Effect {}

  /**
   * Nothing is left of a partition, be it readable or not.
   *
   * @param rewrites whether all others are written again for that
   */
  record DropPartition(int partition, boolean rewrites) implements Effect {}

  /** Nothing is left of some tenants in a partition, be it readable or not. */
  record DropTenants(int partition, Set<Integer> tenants) implements Effect {
    DropTenants {
      tenants = Set.copyOf(tenants); // only looked up: its order is never seen
    }

    boolean drops(Place place) {
      return drops(place.partition(), place.key().tenant());
    }

    boolean drops(int fromPartition, int tenant) {
      return fromPartition == partition && tenants.contains(tenant);
    }
  }

  /** The disk has this mark in place of another. */
  record SaveDiskMark(DiskMark mark) implements Effect {}

  /** Saves the epoch since which a partition holds nothing from before. */
  record SaveArrival(int partition, long epoch) implements Effect {}

  /** A version is noted. */
  record AddNote(int partition, Version version) implements Effect {}

  /** Sets up to where notes of a partition may have been forgotten. */
  record SetNoteFloor(int partition, long floor) implements Effect {}

  /** Sets above which time no version of a partition was ever offered. */
  record SetNoteCeiling(int partition, long ceiling) implements Effect {}

  /** Notes of a partition are not there any more, and its floor says so. */
  record ForgetNotes(int partition, long upTo, long floor) implements Effect {}

  /** What becomes different of the versions that were replaced. */
  sealed interface HistoryEffect extends Effect {}

  /** A version that was replaced is kept. */
  record Keep(KeptAt at, Record record) implements HistoryEffect {}

  /** Sets the mark of a place. */
  record MarkHistory(HistoryStore.Place place, long since) implements HistoryEffect {}

  /** Buckets of a place are not there any more, and its mark says so. */
  record ForgetHistory(HistoryStore.Place place, long bucketEnd, long since)
      implements HistoryEffect {}

  /** Nothing is kept of a place, and it has no mark. */
  record ClearHistory(HistoryStore.Place place) implements HistoryEffect {}

  /** A hint is there. */
  record AddHint(HintStore.Kept kept) implements Effect {}

  /** A hint is not there. */
  record RemoveHint(HintStore.Hint hint) implements Effect {}

  /** A hint is a dead letter now. */
  record Bury(HintStore.DeadLetter letter) implements Effect {}

  /** A dead letter is not there. */
  record RemoveDeadLetter(HintStore.Hint hint) implements Effect {}

  /** Deliveries to a node, or to all, are paused, or are not. */
  record SetPause(@Nullable NodeId target, boolean paused) implements Effect {}

  /** A partition of another node is marked for repair; with null, it is not. */
  record SetRepair(NodeId target, int partition, HintStore.@Nullable Lack lack) implements Effect {}

  /** All is as it was. */
  record Nothing() implements Effect {}

  /** What becomes different of hash trees. */
  sealed interface TreeEffect extends Effect {}

  /** Nothing is there but a head. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record BeginTrees(byte[] head) implements TreeEffect {}

  /** The head is another one, and some trees are not there any more. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record GoOnWithTrees(byte[] head, Set<Integer> without) implements TreeEffect {}

  /** An entry of the log; of the write that was handed in right after it. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record LogTreeChange(long number, byte[] change) implements TreeEffect {}

  /** A tree takes the place of the one of its partition. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record KeepTree(int partition, byte[] tree) implements TreeEffect {}

  /** Trees are not there any more. */
  record ForgetTrees(Set<Integer> partitions) implements TreeEffect {}

  /** Entries of the log are not there any more. */
  record CutTreeLog(long below) implements TreeEffect {}

  /** These take the place of all that was there. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record LeaveTrees(byte[] head, Map<Integer, byte[]> trees) implements TreeEffect {}

  /** Raft's state changes. */
  record SaveRaft(RaftGroup group, RaftStore.Change change) implements Effect {}
}
