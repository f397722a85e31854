package io.quorate.replication.replica;

import io.quorate.placement.PurgeMarks;
import io.quorate.replication.history.HistoryRules;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.version.Order;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import org.jspecify.annotations.Nullable;

/**
 * The decisions that the safety of a replica depends on, one method each. Tests override one method
 * with a classic bug and require that the suite fails.
 */
class ReplicaRules implements HistoryRules {
  /**
   * Nothing is stored of a tenant that was dropped: what a replica that was away brings, or a
   * coordinator that has yet to learn of it, would lie here for good
   * (docs/design/dropped-tenants.md#refused).
   */
  boolean refusesDropped() {
    return true;
  }

  /**
   * Nothing fresh is stored of a tenant that a restore has closed to look whether it is empty: a
   * coordinator that was writing when it was closed would write behind the look, and what it
   * acknowledges would be dropped (docs/design/backup.md#into-empty). Copies of what a replica
   * holds are taken, since that one is looked at, too.
   */
  boolean refusesFreshOfClosed() {
    return true;
  }

  /**
   * A mark is on disk before it is answered: a holder that went on without it would be forgotten by
   * a restart, and an earlier one could write (docs/design/fencing.md#mark).
   */
  boolean storesMarks() {
    return true;
  }

  /**
   * What is stored under a mark is not acknowledged: the read that put the mark may have found its
   * answer without it, and raises that above it (docs/design/fencing.md#below-a-mark).
   */
  boolean holdsBackBelowMarks() {
    return true;
  }

  /**
   * What is copied, or brought by a comparison, is taken with its mark and its rank: from these
   * alone the replicas that a partition moves to know which tokens are too low
   * (docs/design/fencing.md#moved).
   */
  Record brought(Record record) {
    return record;
  }

  /**
   * Where what is held does not tell which tokens are too low, a token has to be one that is held
   * (docs/design/fencing.md#purge-of-marks).
   */
  boolean remembersForgottenFences() {
    return true;
  }

  /**
   * What is held once a record has arrived: the merge of both, for each cause alike. So an old
   * record that comes late changes nothing, and what is held is never lost
   * (docs/design/protocol.md#merge). What takes the place of a record of a later time by its rank
   * keeps that time (docs/design/fencing.md#times).
   */
  Record merge(RecordModel model, Record held, Record arriving, Cause cause) {
    return model.merge(held, arriving);
  }

  /**
   * Whether a record takes the place of another one of which the header alone is known, as it is.
   * Of two records of one version the bytes have to be seen.
   */
  boolean replaces(RecordModel model, RecordHeader held, Record arriving) {
    return model.takesPlaceOf(held, arriving);
  }

  /**
   * How what is held compares with what a reader knows: by the bytes too, for a version may have
   * been given twice, and such replicas would never become equal.
   */
  Order compare(RecordModel model, Summary held, Summary known) {
    return model.compare(held, known);
  }

  /**
   * A record that no clock can have stamped is refused: its key would swallow every write that is
   * stamped by a clock.
   */
  boolean refusesStampsOfNoClock() {
    return true;
  }

  /**
   * A new epoch is served only when what was begun under those before it is durable or refused: its
   * readers could miss a write that is acknowledged later (docs/design/protocol.md#f5).
   */
  boolean drainsBeforeServing() {
    return true;
  }

  /**
   * Up to here no fresh stamp is taken: it could lie below a tombstone that is purged already, and
   * win though it came first (docs/design/purge.md#f8).
   */
  long promised(PurgeMarks marks) {
    return marks.promised();
  }

  /**
   * A message planned on an epoch that is over is refused: it may bring back what was purged since
   * (docs/design/purge.md#f8).
   */
  boolean refusesEndedEpochs() {
    return true;
  }

  /**
   * The write that a node coordinates passes the same checks at its own replica as at a remote one:
   * else a copy could be made from a replica that still takes what only the old set acknowledges
   * (docs/design/protocol.md#f5).
   */
  boolean fencesOwnWrites() {
    return true;
  }

  /**
   * What a replica keeps from a time when it was one before is taken away as far as it was purged
   * since: it would vote, or come back (docs/design/purge.md#f9).
   */
  boolean dropsLeftovers() {
    return true;
  }

  /**
   * The same before it serves as a replica again: nothing asks it to, once the purge is long over
   * (docs/design/purge.md#f9).
   */
  boolean dropsAtArrival() {
    return true;
  }

  /**
   * Listeners are told of every record that becomes durable, the hash trees first: written by a
   * client, hinted, repaired or copied.
   */
  boolean isTold(Cause cause) {
    return true;
  }

  /**
   * Whether a hash tree that an earlier start left is that of what is held. Starts are counted
   * durably before anything is written in them, and one that keeps trees says so before it writes
   * records: so what the start just before left is true, and anything older may not be.
   */
  boolean trustsTree(int leftByBoot, int boot) {
    return leftByBoot == boot - 1;
  }

  /**
   * What a write changes of the hash trees becomes durable with it, whatever caused it: else a
   * crash leaves trees that lack it.
   */
  boolean isLogged(Cause cause) {
    return true;
  }

  /**
   * Trees that are kept have what was told to be durable, and no write that is under way: of those
   * a crash may leave none, and what one has changed is in the log.
   */
  long keepsUpTo(long told, long handedIn) {
    return told;
  }

  /**
   * A tree that may not match what is durable is taken off the disk before it may: a crash would
   * leave it there.
   */
  boolean forgetsTrees() {
    return true;
  }

  /**
   * Whether a replica goes on to answer for a partition of which it cannot read everything: it is
   * to hand out nothing between being found damaged and being full again.
   */
  boolean servesDamaged() {
    return false;
  }

  /**
   * Whether a replica that is being filled may answer for what it should hold: it may lack what was
   * acknowledged in its name, so it could make a majority that missed it.
   */
  boolean countsWhileFilling() {
    return false;
  }

  /** A read whose deadline passed while it waited for the disk does not cost the disk anything. */
  boolean dropsExpiredReads() {
    return true;
  }

  /**
   * A version that is offered and does not stay under its key is noted, so that a later attempt at
   * the same write is known to be one (docs/design/once.md#note).
   */
  boolean notesVersions() {
    return true;
  }

  /**
   * Also one that is refused as older than what is held: its sender counts that as stored
   * (docs/design/once.md#note).
   */
  boolean notesOlder() {
    return true;
  }

  /**
   * A note does not depend on what brings the record: what a hint or a copy has brought may be what
   * a client was told of (docs/design/once.md#note).
   */
  boolean notesWhoeverBrings(Cause cause) {
    return true;
  }

  /**
   * With the notes that are forgotten the floor is raised: else a version would count as never
   * offered that was (docs/design/once.md#bound).
   */
  boolean raisesFloorWithForgetting() {
    return true;
  }

  /**
   * A version up to the floor that is not noted may have been offered (docs/design/once.md#bound).
   */
  boolean tellsForgotten() {
    return true;
  }

  /** What is purged counts as below the floor (docs/design/once.md#promise). */
  boolean countsPurgedAsForgotten() {
    return true;
  }

  /**
   * Others that are compared with this replica learn what it was offered: their floors are raised
   * to that (docs/design/once.md#moves).
   */
  boolean tellsOffered() {
    return true;
  }

  /**
   * A replica of the set that a partition moves to counts as forgotten what the set before was
   * offered: it has the records of those, and not their notes (docs/design/once.md#moves).
   */
  boolean raisesFloorAtMove() {
    return true;
  }

  /**
   * Also one that stays: a write may have met a majority that it was not of
   * (docs/design/once.md#moves).
   */
  boolean raisesFloorOfStaying() {
    return true;
  }

  /**
   * So does a replica that is filled: it has lost its notes with its records
   * (docs/design/once.md#moves).
   */
  boolean raisesFloorWhenFilled() {
    return true;
  }

  /**
   * A register below a ballot that was promised is not taken, whatever brings it: its proposer, a
   * hint, a repair or a copy (docs/design/linearizable.md#promise).
   */
  boolean keepsPromises(Cause cause) {
    return true;
  }

  /**
   * A promise is durable before it is answered: a replica that starts again must not accept what it
   * has promised not to (docs/design/linearizable.md#promise).
   */
  boolean storesPromises() {
    return true;
  }

  /**
   * Up to the time of a cut that was closed nothing is taken afresh: it could be acknowledged, and
   * is in no image (docs/design/cuts.md#close).
   */
  long floorOfCut(long floor) {
    return floor;
  }

  /**
   * Nor if it is held already, or something newer: a record that a repair has brought after the
   * images were fixed must not be acknowledged as a write (docs/design/cuts.md#close).
   */
  boolean closesWhateverIsHeld() {
    return true;
  }

  /**
   * What something above the time of a cut takes the place of is kept (docs/design/cuts.md#keep).
   */
  @Nullable Record keptForCut(Record replaced) {
    return replaced;
  }

  /** So is what comes late, below something above the time (docs/design/cuts.md#keep). */
  boolean keepsLateForCut() {
    return true;
  }

  /**
   * A record up to the time of a cut that is brought between the close and the seal waits: once
   * stored it is shown, and those who see it may write in another partition that has not closed
   * (docs/design/cuts.md#seal).
   */
  boolean waitsForSeal() {
    return true;
  }

  /**
   * An image with a key of which only something above its time is known is none: what the key had
   * before was replaced when nothing was kept yet (docs/design/cuts.md#keep).
   */
  boolean refusesHoles() {
    return true;
  }

  /** A replica that took one all the same has no image (docs/design/cuts.md#seal). */
  boolean voidsImages() {
    return true;
  }

  /**
   * An image has of a record without moments what counted when it was closed, as copies have:
   * neither what its replica alone has promised, which no other node understands, nor what a purge
   * had taken away before. A deletion counts, for another image may have what was deleted
   * (docs/design/cuts.md#models).
   */
  @Nullable Record countedInImage(RecordModel model, Record record, long purged) {
    return model.counted(record, purged);
  }
}
