package io.quorate.replication.replica;

import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.version.Order;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Replicas that lack a rule, for tests that must notice it. */
public final class LaxReplica {
  private LaxReplica() {}

  /** A rule that can be left out. */
  public enum Rule {
    /** What was begun under the epochs before is durable before a new one is served. */
    DRAIN,
    /** No fresh stamp is taken up to a promised purge. */
    PROMISE,
    /** What was planned on an epoch that is over is refused. */
    FENCE,
    /** Writes that the node itself coordinates, planned on an epoch that is over, are refused. */
    FENCE_OF_OWN_WRITES,
    /** What was purged while this was no replica is taken away. */
    LEFTOVERS,
    /**
     * What was purged while this was no replica is taken away before it serves as a replica again.
     */
    ARRIVAL,
    /** Of two records of one version the bytes are compared. */
    BYTES_OF_A_VERSION,
    /** Records that no clock can have stamped are refused. */
    STAMP_BOUND,
    /** Nothing is stored of a tenant that was dropped. */
    REFUSAL_OF_THE_DROPPED,
    /** Nothing fresh is stored of a tenant that a restore has closed. */
    REFUSAL_OF_THE_CLOSED,
    /** Only trees that the start just before left are true. */
    START_OF_TREES,
    /** What a hint changes of the trees becomes durable with it. */
    TREE_LOG_OF_HINTED,
    /** Trees that are kept have no write that is under way. */
    TREES_UP_TO_THE_DURABLE,
    /** Versions that were offered and are not held are noted. */
    NOTES,
    /** Also those that were refused as older than what is held. */
    NOTES_OF_OLDER,
    /** Also of what hints, repairs and copies bring. */
    NOTES_WHOEVER_BRINGS,
    /** Notes are there after a crash. */
    NOTES_DURABLE,
    /** With the notes that are forgotten the floor is raised. */
    FLOOR_WITH_FORGETTING,
    /** What may have been forgotten is not said to be unheard of. */
    FORGOTTEN_TOLD,
    /** What is purged counts as forgotten. */
    PURGED_AS_FORGOTTEN,
    /** Others learn what this replica was offered when they are compared with it. */
    OFFERED_TOLD,
    /** What the old set of a move was offered counts as forgotten in the new set. */
    FLOOR_AT_MOVE,
    /** Also at replicas that are of both. */
    FLOOR_OF_STAYING,
    /** What the others were offered counts as forgotten at a replica that was filled. */
    FLOOR_WHEN_FILLED,
    /** Registers below a ballot that was promised are not taken. */
    PROMISES,
    /** A promise is stored before it is answered. */
    PROMISES_STORED,
    /** A mark is stored before it is answered. */
    MARKS_STORED,
    /** What is stored under a mark is not acknowledged. */
    MARKS_HOLD_BACK,
    /** What is copied has its mark and its rank. */
    FENCES_COPIED,
    /** What takes the place of a record of a later time by its rank keeps that time. */
    LATEST_TIMES,
    /** Where a fence may be purged the token has to be held. */
    FORGOTTEN_FENCES,
    /** What something above the time of a cut takes the place of is kept. */
    CUT_KEPT,
    /** So is what comes late below something above the time. */
    CUT_KEPT_LATE,
    /** Nothing is taken afresh up to the time of a cut that was closed. */
    CUT_CLOSED,
    /** Nor if it is held already, or something newer. */
    CUT_CLOSED_WHATEVER_IS_HELD,
    /** What is brought between the close and the seal of a cut waits. */
    CUT_WAITS_FOR_SEAL,
    /** A replica that was brought something then has no image. */
    CUT_VOIDED,
    /** An image that does not know what a key had is none. */
    CUT_HOLES,
    /** Of a record without moments an image has what counted when it was closed. */
    CUT_COUNTED,
    /** A deletion counts, too. */
    CUT_DELETIONS,
    /** What takes the place of a record of a tenant with a history leaves it there to be read. */
    HISTORY_REPLACED,
    /** So does what comes late, below something later. */
    HISTORY_LATE,
    /** So does a purge of what has expired. */
    HISTORY_EXPIRED,
    /** The history of a replica that is brought what others hold begins again. */
    HISTORY_BEGINS_AGAIN,
    /** A history that was taken from others reaches back as far as all of them did. */
    HISTORY_SINCE_ALL,
    /** Nothing that is kept is taken away while others' histories are brought. */
    HISTORY_STAYS,
    /** A node keeps what is replaced while it hears of its cluster from the beginning. */
    HISTORY_GOES_ON,
    /** There is no image of a moment before the history began. */
    HISTORY_SINCE_WHEN
  }

  /**
   * Makes a replica without some rules.
   *
   * @param lacks rules that are left out
   * @param replacing what is sent for these causes replaces what is held
   * @param untold of what is sent for these causes no listener is told
   */
  public static Replica create(
      Set<Rule> lacks,
      Set<Cause> replacing,
      Set<Cause> untold,
      Replica.Collaborators with,
      Placements placements) {
    return new Replica(
        lacks.contains(Rule.NOTES_DURABLE) ? with.with(new ForgetfulNotes(with.notes())) : with,
        placements,
        new ReplicaRules() {
          @Override
          boolean drainsBeforeServing() {
            return !lacks.contains(Rule.DRAIN);
          }

          @Override
          long promised(PurgeMarks marks) {
            return lacks.contains(Rule.PROMISE) ? 0 : super.promised(marks);
          }

          @Override
          boolean refusesFreshOfClosed() {
            return !lacks.contains(Rule.REFUSAL_OF_THE_CLOSED);
          }

          @Override
          @Nullable Record keptForCut(Record replaced) {
            return lacks.contains(Rule.CUT_KEPT) ? null : super.keptForCut(replaced);
          }

          @Override
          boolean keepsLateForCut() {
            return !lacks.contains(Rule.CUT_KEPT_LATE);
          }

          @Override
          long floorOfCut(long floor) {
            return lacks.contains(Rule.CUT_CLOSED) ? 0 : super.floorOfCut(floor);
          }

          @Override
          boolean closesWhateverIsHeld() {
            return !lacks.contains(Rule.CUT_CLOSED)
                && !lacks.contains(Rule.CUT_CLOSED_WHATEVER_IS_HELD);
          }

          @Override
          boolean waitsForSeal() {
            return !lacks.contains(Rule.CUT_WAITS_FOR_SEAL);
          }

          @Override
          boolean voidsImages() {
            return !lacks.contains(Rule.CUT_VOIDED);
          }

          @Override
          boolean refusesHoles() {
            return !lacks.contains(Rule.CUT_HOLES);
          }

          @Override
          @Nullable Record countedInImage(RecordModel model, Record record, long purged) {
            Record counted =
                lacks.contains(Rule.CUT_COUNTED)
                    ? record
                    : super.countedInImage(model, record, purged);
            boolean isLeftOut =
                counted != null && counted.isTombstone() && lacks.contains(Rule.CUT_DELETIONS);
            return isLeftOut ? null : counted;
          }

          @Override
          public boolean keepsReplaced() {
            return !lacks.contains(Rule.HISTORY_REPLACED);
          }

          @Override
          public boolean keepsLate() {
            return !lacks.contains(Rule.HISTORY_LATE);
          }

          @Override
          public boolean keepsExpired() {
            return !lacks.contains(Rule.HISTORY_EXPIRED);
          }

          @Override
          public boolean beginsAgain() {
            return !lacks.contains(Rule.HISTORY_BEGINS_AGAIN);
          }

          @Override
          public long since(Collection<Long> marks) {
            return lacks.contains(Rule.HISTORY_SINCE_ALL)
                ? Collections.min(marks, Long::compareUnsigned)
                : super.since(marks);
          }

          @Override
          public boolean staysWhileBrought() {
            return !lacks.contains(Rule.HISTORY_STAYS);
          }

          @Override
          public boolean goesOnKeeping() {
            return !lacks.contains(Rule.HISTORY_GOES_ON);
          }

          @Override
          public boolean looksSinceWhen() {
            return !lacks.contains(Rule.HISTORY_SINCE_WHEN);
          }

          @Override
          boolean keepsPromises(Cause cause) {
            return !lacks.contains(Rule.PROMISES);
          }

          @Override
          boolean storesPromises() {
            return !lacks.contains(Rule.PROMISES_STORED);
          }

          @Override
          boolean storesMarks() {
            return !lacks.contains(Rule.MARKS_STORED);
          }

          @Override
          boolean holdsBackBelowMarks() {
            return !lacks.contains(Rule.MARKS_HOLD_BACK);
          }

          @Override
          Record brought(Record record) {
            return lacks.contains(Rule.FENCES_COPIED)
                ? withoutFence(record)
                : super.brought(record);
          }

          @Override
          boolean remembersForgottenFences() {
            return !lacks.contains(Rule.FORGOTTEN_FENCES);
          }

          @Override
          boolean refusesDropped() {
            return !lacks.contains(Rule.REFUSAL_OF_THE_DROPPED);
          }

          @Override
          boolean refusesStampsOfNoClock() {
            return !lacks.contains(Rule.STAMP_BOUND);
          }

          @Override
          boolean refusesEndedEpochs() {
            return !lacks.contains(Rule.FENCE);
          }

          @Override
          boolean fencesOwnWrites() {
            return !lacks.contains(Rule.FENCE_OF_OWN_WRITES);
          }

          @Override
          boolean dropsLeftovers() {
            return !lacks.contains(Rule.LEFTOVERS);
          }

          @Override
          boolean dropsAtArrival() {
            return !lacks.contains(Rule.ARRIVAL);
          }

          @Override
          boolean trustsTree(int leftByBoot, int boot) {
            return lacks.contains(Rule.START_OF_TREES) || super.trustsTree(leftByBoot, boot);
          }

          @Override
          boolean isLogged(Cause cause) {
            return cause != Cause.HINT || !lacks.contains(Rule.TREE_LOG_OF_HINTED);
          }

          @Override
          long keepsUpTo(long told, long handedIn) {
            return lacks.contains(Rule.TREES_UP_TO_THE_DURABLE) ? handedIn : told;
          }

          @Override
          Order compare(RecordModel model, Summary held, Summary known) {
            return lacks.contains(Rule.BYTES_OF_A_VERSION)
                ? Order.of(held.version().compareTo(known.version()))
                : super.compare(model, held, known);
          }

          @Override
          boolean isTold(Cause cause) {
            return !untold.contains(cause);
          }

          @Override
          boolean notesVersions() {
            return !lacks.contains(Rule.NOTES);
          }

          @Override
          boolean notesOlder() {
            return !lacks.contains(Rule.NOTES_OF_OLDER);
          }

          @Override
          boolean notesWhoeverBrings(Cause cause) {
            return cause == Cause.FRESH || !lacks.contains(Rule.NOTES_WHOEVER_BRINGS);
          }

          @Override
          boolean raisesFloorWithForgetting() {
            return !lacks.contains(Rule.FLOOR_WITH_FORGETTING);
          }

          @Override
          boolean tellsForgotten() {
            return !lacks.contains(Rule.FORGOTTEN_TOLD);
          }

          @Override
          boolean countsPurgedAsForgotten() {
            return !lacks.contains(Rule.PURGED_AS_FORGOTTEN);
          }

          @Override
          boolean tellsOffered() {
            return !lacks.contains(Rule.OFFERED_TOLD);
          }

          @Override
          boolean raisesFloorAtMove() {
            return !lacks.contains(Rule.FLOOR_AT_MOVE);
          }

          @Override
          boolean raisesFloorOfStaying() {
            return !lacks.contains(Rule.FLOOR_OF_STAYING);
          }

          @Override
          boolean raisesFloorWhenFilled() {
            return !lacks.contains(Rule.FLOOR_WHEN_FILLED);
          }

          @Override
          Record merge(RecordModel model, Record held, Record arriving, Cause cause) {
            if (replacing.contains(cause)) {
              return held.version().equals(arriving.version()) ? held : arriving;
            }
            Record merged = super.merge(model, held, arriving, cause);
            return lacks.contains(Rule.LATEST_TIMES) ? merged.asWritten() : merged;
          }
        });
  }

  /** The record as one that was written under no lock. */
  private static Record withoutFence(Record record) {
    Record under = record.unmarked();
    if (under == null) {
      return Record.tombstone(withoutRank(record.version()), 0);
    }
    Version version = withoutRank(under.version());
    return under.isTombstone()
        ? Record.tombstone(version, under.epoch())
        : Record.value(version, under.epoch(), under.expiresAtMillis(), under.copyValue());
  }

  private static Version withoutRank(Version version) {
    return new Version(0, version.hlc(), version.node(), version.boot());
  }
}
