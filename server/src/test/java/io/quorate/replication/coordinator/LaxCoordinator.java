package io.quorate.replication.coordinator;

import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
import io.quorate.placement.Stage;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.CoordinatorRules;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.LaxRepair;
import io.quorate.version.Addition;
import io.quorate.version.CrdtState;
import io.quorate.version.FenceRank;
import io.quorate.version.FieldChange;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Coordinators that lack a rule, for tests that must notice it. */
public final class LaxCoordinator {
  private LaxCoordinator() {}

  private static List<FieldChange> knowingAllLower(Writer writer, List<FieldChange> changes) {
    List<FieldChange> lax = new ArrayList<>();
    for (FieldChange change : changes) {
      if (change instanceof FieldChange.Add add) {
        List<Addition> seen = new ArrayList<>(add.seen());
        for (long number = 1; number < add.number(); number++) {
          seen.add(new Addition(writer, number));
        }
        lax.add(new FieldChange.Add(add.field(), add.number(), add.value(), seen));
      } else {
        lax.add(change);
      }
    }
    return lax;
  }

  /** Makes one; a flag that is set leaves its rule out. */
  public static Coordinator create(
      boolean stampsForEver,
      boolean countsEndedEpochs,
      boolean returnsBeforeRepair,
      boolean neverAsksByChance,
      boolean keepsHintsOfNothing,
      boolean neverRejects,
      boolean forgetsTheDeparted,
      Set<LaxRepair> repairLacks,
      Set<LaxQuorum> quorumLacks,
      Set<LaxOnce> onceLacks,
      Set<LaxSession> sessionLacks,
      Set<LaxSiblings> siblingsLack,
      Set<LaxUpdates> updatesLack,
      Set<LaxFences> fencesLack,
      Coordinator.Collaborators with,
      Placements placements) {
    return new Coordinator(
        with,
        placements,
        new CoordinatorRules() {
          @Override
          public boolean mayStampAgain(RecordModel model, boolean stampedAgainBefore) {
            return stampsForEver || super.mayStampAgain(model, stampedAgainBefore);
          }

          @Override
          public Level toFindEmpty() {
            return quorumLacks.contains(LaxQuorum.FOUND_EMPTY_BY_A_QUORUM)
                ? Level.QUORUM
                : super.toFindEmpty();
          }

          @Override
          public boolean takesRelaysWord() {
            return quorumLacks.contains(LaxQuorum.RELAY_SPEAKS_FOR_OTHERS);
          }

          @Override
          public boolean countsDifferentBallots() {
            return quorumLacks.contains(LaxQuorum.ANY_BALLOTS);
          }

          @Override
          public boolean takesChangesOnce() {
            return !quorumLacks.contains(LaxQuorum.CHANGES_TAKEN_AGAIN);
          }

          @Override
          public boolean fencesOff() {
            return !fencesLack.contains(LaxFences.ANY_TOKEN);
          }

          @Override
          public boolean raisesFences() {
            return !fencesLack.contains(LaxFences.READS_RAISE_NOTHING);
          }

          @Override
          public boolean remembersFencedOff() {
            return !fencesLack.contains(LaxFences.TOLD_AT_ONCE);
          }

          @Override
          public boolean asksForTokens() {
            return !fencesLack.contains(LaxFences.UNASKED);
          }

          @Override
          public boolean stampsAboveFences() {
            return !fencesLack.contains(LaxFences.BELOW_WHAT_IS_RAISED);
          }

          @Override
          public boolean raisesWhatIsRead() {
            return !fencesLack.contains(LaxFences.NOT_RAISED);
          }

          @Override
          public long rankOfRaised(long token) {
            return fencesLack.contains(LaxFences.RAISED_ABOVE_WHAT_IS_FRESH)
                ? FenceRank.fresh(token)
                : super.rankOfRaised(token);
          }

          @Override
          public boolean ordersAttempts() {
            return !fencesLack.contains(LaxFences.ATTEMPTS_IN_ANY_ORDER);
          }

          @Override
          public boolean stampsAboveSession() {
            return !sessionLacks.contains(LaxSession.STAMPS_ANYWHERE);
          }

          @Override
          public boolean checksMinimum() {
            return !sessionLacks.contains(LaxSession.BELOW_THE_MINIMUM);
          }

          @Override
          public boolean countsNothingAsPurged() {
            return !sessionLacks.contains(LaxSession.NOTHING_IS_NOTHING);
          }

          @Override
          public boolean escalatesBelowFloor() {
            return !sessionLacks.contains(LaxSession.BELOW_THE_FLOOR);
          }

          @Override
          public boolean sendsWholeRecord() {
            return !siblingsLack.contains(LaxSiblings.SENT_ALONE);
          }

          @Override
          public boolean namesBootInDots() {
            return !siblingsLack.contains(LaxSiblings.ONE_ACTOR_FOR_ALL_BOOTS);
          }

          @Override
          public boolean namesTenureInDots() {
            return !siblingsLack.contains(LaxSiblings.ONE_ACTOR_FOR_ALL_TENURES);
          }

          @Override
          public boolean takesWritesOnce() {
            return !siblingsLack.contains(LaxSiblings.TAKEN_AGAIN);
          }

          @Override
          public boolean refusesForgottenWrites() {
            return !siblingsLack.contains(LaxSiblings.FORGOTTEN_TAKEN);
          }

          @Override
          public boolean sendsWhatIsHeldNow() {
            return !siblingsLack.contains(LaxSiblings.SENT_AS_BEFORE);
          }

          @Override
          public CrdtState update(Context context, Writer writer, List<FieldChange> changes) {
            Writer actor = writer;
            if (updatesLack.contains(LaxUpdates.COORDINATOR_IS_WRITER)) {
              long wall = context.clock().wallMillis();
              actor = new Writer(context.hybridClock().stamp(wall), context.self().value());
            }
            return super.update(
                context,
                actor,
                updatesLack.contains(LaxUpdates.HIGHEST_NUMBER_ALONE)
                    ? knowingAllLower(writer, changes)
                    : changes);
          }

          @Override
          public boolean sendsWhatIsFolded() {
            return !updatesLack.contains(LaxUpdates.FOLDED_SENT_ALONE);
          }

          @Override
          public boolean looksAgain() {
            return !updatesLack.contains(LaxUpdates.LOOKED_ONCE);
          }

          @Override
          public boolean takesRemovalsOnce() {
            return !updatesLack.contains(LaxUpdates.REMOVED_AGAIN);
          }

          @Override
          public boolean asksBeforeStoring() {
            return !onceLacks.contains(LaxOnce.STORES_UNASKED);
          }

          @Override
          public boolean asksAgainWhatIsTooLow() {
            return !onceLacks.contains(LaxOnce.ASKS_ONCE);
          }

          @Override
          public boolean settlesBeforeAskingAgain() {
            return !onceLacks.contains(LaxOnce.ASKS_AGAIN_UNSETTLED);
          }

          @Override
          public boolean countsAnswersOfEndedEpochs() {
            return countsEndedEpochs;
          }

          @Override
          public Quorum forWrite(Stage stage, Level level) {
            return quorumLacks.contains(LaxQuorum.OF_ALL_TOGETHER)
                ? Quorum.of(stage.replicas(), level)
                : super.forWrite(stage, level);
          }

          @Override
          public boolean tellsOfLoss() {
            return !quorumLacks.contains(LaxQuorum.SILENT_ABOUT_LOSS) && super.tellsOfLoss();
          }

          @Override
          public Quorum toShow(Stage stage, Level level) {
            return quorumLacks.contains(LaxQuorum.SHOWN_BY_ONE_SET)
                ? stage.forRead(level)
                : super.toShow(stage, level);
          }

          @Override
          public Quorum toShowInPage(Stage stage, Level level) {
            return quorumLacks.contains(LaxQuorum.PAGE_SHOWN_BY_ONE_SET)
                ? stage.forRead(level)
                : super.toShowInPage(stage, level);
          }

          @Override
          public Quorum toShowInPageAgain(Quorum before, Stage stage, Level level) {
            return quorumLacks.contains(LaxQuorum.PAGE_OF_THE_OLD_QUORUM)
                ? before
                : super.toShowInPageAgain(before, stage, level);
          }

          @Override
          public boolean mayHaveApplied(boolean sent, boolean stamped) {
            return quorumLacks.contains(LaxQuorum.OWN_COPY_FORGOTTEN)
                ? sent
                : super.mayHaveApplied(sent, stamped);
          }

          @Override
          public boolean mergesUpToTheShortest() {
            return !quorumLacks.contains(LaxQuorum.PAGES_MERGED_WHOLE);
          }

          @Override
          public Quorum ofImages(Stage stage, Level level) {
            return quorumLacks.contains(LaxQuorum.ONE_IMAGE_IS_ENOUGH)
                ? stage.forRead(Level.ONE)
                : super.ofImages(stage, level);
          }

          @Override
          public Record mergeOfImages(RecordModel model, Record one, Record other) {
            return quorumLacks.contains(LaxQuorum.IMAGES_NOT_MERGED) && !model.hasMoments()
                ? one
                : super.mergeOfImages(model, one, other);
          }

          @Override
          public boolean isShownInPage(Record record, long nowMillis) {
            return quorumLacks.contains(LaxQuorum.EXPIRED_SHOWN)
                ? !record.isTombstone()
                : super.isShownInPage(record, nowMillis);
          }

          @Override
          public boolean mayReturnBeforeRepair() {
            return returnsBeforeRepair;
          }

          @Override
          public boolean asksEveryoneByChance(long id, int percent) {
            return !neverAsksByChance && super.asksEveryoneByChance(id, percent);
          }

          @Override
          public AntiEntropy antiEntropy(AntiEntropy.Collaborators with, Placements placements) {
            return LaxRepair.create(repairLacks, with, placements);
          }

          @Override
          public boolean refusesWhatCannotBeHinted() {
            return !neverRejects;
          }

          @Override
          public boolean givesOnWhatTheDepartedMissed() {
            return !forgetsTheDeparted;
          }

          @Override
          public boolean givesUpHintsOfNothing() {
            return !keepsHintsOfNothing;
          }
        });
  }
}
