package io.quorate.replication.coordinator.operation;

import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
import io.quorate.placement.Stage;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.version.CrdtState;
import io.quorate.version.FenceRank;
import io.quorate.version.FieldChange;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Writer;
import java.util.List;

/**
 * The decisions that the safety of coordinated reads and writes depends on, one method each. Tests
 * override one method with a classic bug and require that the suite fails.
 */
public class CoordinatorRules {
  /**
   * A look whether a tenant is empty asks all replicas: one of them alone may hold what was
   * acknowledged at ONE (docs/design/backup.md#into-empty).
   */
  public Level toFindEmpty() {
    return Level.ALL;
  }

  /**
   * How many replicas must have accepted the same for a register to be read in one round: as many
   * as a write asks for, also while the partition moves (docs/design/linearizable.md#read).
   */
  public Quorum toAgree(Stage stage) {
    return stage.forWrite(Level.QUORUM);
  }

  /**
   * A change that a register has taken is not taken again when it is tried again, and one that it
   * may have forgotten is not taken (docs/design/linearizable.md#once).
   */
  public boolean takesChangesOnce() {
    return true;
  }

  /**
   * A read under a lock has the register take nothing of an earlier holder from then on
   * (docs/design/fencing.md#raise).
   */
  public boolean raisesFences() {
    return true;
  }

  /**
   * What comes with a lower token than a register has seen is refused
   * (docs/design/fencing.md#refuse).
   */
  public boolean fencesOff() {
    return true;
  }

  /**
   * That a write was refused for its token is told once enough replicas remember it: else an
   * earlier attempt may take effect after that (docs/design/fencing.md#remembered).
   */
  public boolean remembersFencedOff() {
    return true;
  }

  /**
   * Where a purge may have taken the fence away, a token must be that of a lock that is held
   * (docs/design/fencing.md#purge).
   */
  public boolean asksForTokens() {
    return true;
  }

  /**
   * A write under no lock that meets a record of a higher rank is stamped again above it: what was
   * raised is not concurrent, but older (docs/design/fencing.md#plain).
   */
  public boolean stampsAboveFences() {
    return true;
  }

  /**
   * A read under a lock has what it found stored where its mark is, before it is answered
   * (docs/design/fencing.md#raise-of-records).
   */
  public boolean raisesWhatIsRead() {
    return true;
  }

  /**
   * What is raised is below all that is written under the token: its holder may have written
   * meanwhile (docs/design/fencing.md#rank).
   */
  public long rankOfRaised(long token) {
    return FenceRank.raised(token);
  }

  /**
   * What a replica answers that holds a higher mark or a record above is no acknowledgement: a
   * holder may try a read again, and what the first attempt found is older
   * (docs/design/fencing.md#attempts).
   */
  public boolean ordersAttempts() {
    return true;
  }

  /**
   * A register that a replica does not take, for it has promised a higher ballot, is proposed
   * again: else replicas would never hold the same if no client writes the key
   * (docs/design/linearizable.md#repair).
   */
  public boolean settlesWhatIsNotTaken() {
    return true;
  }

  /**
   * Replicas that have accepted different ballots do not agree: none of them need be chosen
   * (docs/design/linearizable.md#read).
   */
  public boolean countsDifferentBallots() {
    return false;
  }

  /**
   * A write is stamped again at most once, if its model has that at all: two coordinators could
   * step over each other for ever (docs/design/protocol.md#f2).
   */
  public boolean mayStampAgain(RecordModel model, boolean stampedAgainBefore) {
    return model.stampsAgain() && !stampedAgainBefore;
  }

  /**
   * A write that its client has stamped asks whether the stamp is high enough, before it is stored
   * (docs/design/once.md#ask).
   */
  public boolean asksBeforeStoring() {
    return true;
  }

  /**
   * A repeated attempt whose stamp is too low asks once more whether its version was offered: an
   * earlier attempt may have taken effect meanwhile (docs/design/once.md#too-low).
   */
  public boolean asksAgainWhatIsTooLow() {
    return true;
  }

  /**
   * Before it asks once more, the newest record is at as many replicas as must hold what a read
   * shows: from then on no earlier attempt can be seen that was not seen before
   * (docs/design/once.md#too-low).
   */
  public boolean settlesBeforeAskingAgain() {
    return true;
  }

  /**
   * A write of a key with siblings sends all that its coordinator holds: who took in a later write
   * of the same coordinator first would refuse an earlier one (docs/design/siblings.md#whole).
   */
  public boolean sendsWholeRecord() {
    return true;
  }

  /**
   * A coordinator that has restarted is another actor, for it may have lost what it had written
   * last (docs/design/siblings.md#actor).
   */
  public boolean namesBootInDots() {
    return true;
  }

  /**
   * So is one that has lost something without a restart, such as a write that its disk refused and
   * other replicas took (docs/design/siblings.md#actor).
   */
  public boolean namesTenureInDots() {
    return true;
  }

  /**
   * A write of a key with siblings that was taken before is not taken again: it would come back
   * after it was overwritten (docs/design/siblings.md#retry).
   */
  public boolean takesWritesOnce() {
    return true;
  }

  /**
   * A write that is named at or below what a purge was promised up to is refused: whether it was
   * taken and overwritten may be forgotten (docs/design/siblings.md#retry).
   */
  public boolean refusesForgottenWrites() {
    return true;
  }

  /**
   * Returns an update as it is sent: its client is the actor, whichever node coordinates it
   * (docs/design/crdts.md#writer), and exactly its changes are known (docs/design/crdts.md#exact).
   *
   * @param changes with what their removals have seen
   */
  public CrdtState update(Context context, Writer writer, List<FieldChange> changes) {
    return CrdtState.update(writer, changes);
  }

  /**
   * An update that ends additions which a purge has folded is sent with all that its coordinator
   * holds: a replica that is yet to get the rest would take all that was folded for ended
   * (docs/design/crdts.md#folded).
   */
  public boolean sendsWhatIsFolded() {
    return true;
  }

  /**
   * Who has looked for what to take away looks again whether another attempt has taken effect
   * meanwhile (docs/design/crdts.md#meanwhile).
   */
  public boolean looksAgain() {
    return true;
  }

  /**
   * A removal that looks for what it removes, and was taken before, removes nothing more: what was
   * added since would go with it (docs/design/crdts.md#once).
   */
  public boolean takesRemovalsOnce() {
    return true;
  }

  /**
   * Under another epoch, a coordinator sends the siblings that it holds by then, not those that it
   * sent before: a value may have been deleted and purged meanwhile
   * (docs/design/siblings.md#next-epoch).
   */
  public boolean sendsWhatIsHeldNow() {
    return true;
  }

  /**
   * Answers given under an epoch that is over count for nothing: with those of the next they may
   * form a quorum that neither epoch has (docs/design/protocol.md#f3).
   */
  public boolean countsAnswersOfEndedEpochs() {
    return false;
  }

  /**
   * The replicas that must acknowledge a write: enough of each set that is in charge, counted on
   * the same answers (docs/design/topology-change.md#both-sets).
   */
  public Quorum forWrite(Stage stage, Level level) {
    return stage.forWrite(level);
  }

  /**
   * The replicas that must hold what a read shows: as many as must acknowledge a write, whichever
   * set is read (docs/design/consistency.md#f1).
   */
  public Quorum toShow(Stage stage, Level level) {
    return stage.forWrite(level);
  }

  /**
   * Returns which replicas must hold what a page of a scan shows: as for a read
   * (docs/design/consistency.md#f1).
   */
  public Quorum toShowInPage(Stage stage, Level level) {
    return toShow(stage, level);
  }

  /**
   * The replicas that must answer for a page that is planned again, on another epoch: those that
   * the new one asks for. A quorum of the old one may miss what the new set is to hold.
   *
   * @param before those that had to under the epoch that is over
   */
  public Quorum toShowInPageAgain(Quorum before, Stage stage, Level level) {
    return toShowInPage(stage, level);
  }

  /**
   * Pages of several replicas are merged as far as all of them reach: beyond, one may show what
   * another, whose page ended before, knows to be overwritten or deleted.
   */
  public boolean mergesUpToTheShortest() {
    return true;
  }

  /**
   * The replicas whose images a page of a cut is made of: as many as a read asks, so that one of
   * them has what was acknowledged before (docs/design/cuts.md#read).
   */
  public Quorum ofImages(Stage stage, Level level) {
    return stage.forRead(level);
  }

  /**
   * What two images of a key have together: each may have what the other lacks
   * (docs/design/cuts.md#models).
   */
  public Record mergeOfImages(RecordModel model, Record one, Record other) {
    return model.merge(one, other);
  }

  /** What a scan shows: neither what was deleted nor what has expired by now. */
  public boolean isShownInPage(Record record, long nowMillis) {
    return record.isLiveAt(nowMillis);
  }

  /**
   * A write that was stamped was handed to this node's own disk, and may be there whatever came of
   * that: so it is not called unavailable, which says that it was applied nowhere.
   */
  public boolean mayHaveApplied(boolean sent, boolean stamped) {
    return sent || stamped;
  }

  /** A read says so if what it returns, or does not find, may have been written again and lost. */
  public boolean tellsOfLoss() {
    return true;
  }

  /**
   * A write is stamped above all that the client's session has seen: else a write at ONE, at a node
   * whose clock is slow, sorts below an earlier one (docs/design/sessions.md#stamp).
   */
  public boolean stampsAboveSession() {
    return true;
  }

  /**
   * A read returns nothing below the version that the client's session names, at whatever level: a
   * read at QUORUM may miss what was written at ONE (docs/design/sessions.md#exact).
   */
  public boolean checksMinimum() {
    return true;
  }

  /**
   * That a key has nothing counts as the version purged: else a session that has seen a deletion
   * could not read the key once that is purged (docs/design/sessions.md#nothing).
   */
  public boolean countsNothingAsPurged() {
    return true;
  }

  /**
   * A read at a low level that finds nothing above the floor of the client's session is carried out
   * at QUORUM (docs/design/sessions.md#floor).
   */
  public boolean escalatesBelowFloor() {
    return true;
  }

  /** A read that asks everyone is answered once everyone holds what it returns. */
  public boolean mayReturnBeforeRepair() {
    return false;
  }

  /** By chance, everyone is asked after a read. */
  public boolean asksEveryoneByChance(long id, int percent) {
    return Chance.of(id, percent);
  }

  /**
   * Tenants that want so have writes refused that a replica would miss and no hint would remember.
   */
  public boolean refusesWhatCannotBeHinted() {
    return true;
  }

  /**
   * A replica that passes a write on to others speaks for these: their own answers count
   * (docs/design/regions.md#relay).
   */
  public boolean takesRelaysWord() {
    return false;
  }

  /** What compares replicas, by all of its own rules. */
  public AntiEntropy antiEntropy(AntiEntropy.Collaborators with, Placements placements) {
    return new AntiEntropy(with, placements);
  }

  /**
   * A hint whose key has no record any more is given up: the record was purged, so no replica lacks
   * it (docs/design/protocol.md#f15).
   */
  public boolean givesUpHintsOfNothing() {
    return true;
  }

  /**
   * What was owed to a replica that the partition has left is owed to those that it has now: they
   * are compared.
   */
  public boolean givesOnWhatTheDepartedMissed() {
    return true;
  }
}
