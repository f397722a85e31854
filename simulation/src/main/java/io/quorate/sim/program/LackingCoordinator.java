package io.quorate.sim.program;

import io.quorate.placement.Placements;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.coordinator.LaxCoordinator;
import io.quorate.replication.coordinator.LaxFences;
import io.quorate.replication.coordinator.LaxOnce;
import io.quorate.replication.coordinator.LaxQuorum;
import io.quorate.replication.coordinator.LaxSession;
import io.quorate.replication.coordinator.LaxSiblings;
import io.quorate.replication.coordinator.LaxUpdates;
import io.quorate.replication.repair.LaxRepair;
import java.util.EnumSet;
import java.util.Set;

/** Coordinators without those of the rules left out that are theirs. */
final class LackingCoordinator {
  private LackingCoordinator() {}

  static Coordinator create(
      Set<LeftOut> leftOut, Coordinator.Collaborators with, Placements placements) {
    return LaxCoordinator.create(
        leftOut.contains(LeftOut.ONE_RESTAMP),
        leftOut.contains(LeftOut.ANSWERS_OF_ONE_EPOCH),
        leftOut.contains(LeftOut.REPAIR_BEFORE_RETURN),
        leftOut.contains(LeftOut.REPAIR_BY_CHANCE),
        leftOut.contains(LeftOut.END_OF_EMPTY_HINTS),
        leftOut.contains(LeftOut.REJECTION),
        leftOut.contains(LeftOut.DEBT_TO_THE_DEPARTED),
        repairLacks(leftOut),
        quorumLacks(leftOut),
        onceLacks(leftOut),
        sessionLacks(leftOut),
        siblingsLack(leftOut),
        updatesLack(leftOut),
        fencesLack(leftOut),
        with,
        placements);
  }

  private static Set<LaxOnce> onceLacks(Set<LeftOut> leftOut) {
    Set<LaxOnce> lacks = EnumSet.noneOf(LaxOnce.class);
    if (leftOut.contains(LeftOut.QUESTION_BEFORE_STORING)) {
      lacks.add(LaxOnce.STORES_UNASKED);
    }
    if (leftOut.contains(LeftOut.SECOND_QUESTION)) {
      lacks.add(LaxOnce.ASKS_ONCE);
    }
    if (leftOut.contains(LeftOut.SETTLING_BEFORE_THE_SECOND_QUESTION)) {
      lacks.add(LaxOnce.ASKS_AGAIN_UNSETTLED);
    }
    return lacks;
  }

  private static Set<LaxQuorum> quorumLacks(Set<LeftOut> leftOut) {
    Set<LaxQuorum> lacks = EnumSet.noneOf(LaxQuorum.class);
    if (leftOut.contains(LeftOut.BOTH_SETS)) {
      lacks.add(LaxQuorum.OF_ALL_TOGETHER);
    }
    if (leftOut.contains(LeftOut.HELD_BY_BOTH_SETS)) {
      lacks.add(LaxQuorum.SHOWN_BY_ONE_SET);
    }
    if (leftOut.contains(LeftOut.LOSS_TOLD)) {
      lacks.add(LaxQuorum.SILENT_ABOUT_LOSS);
    }
    if (leftOut.contains(LeftOut.PAGE_HELD_BY_BOTH_SETS)) {
      lacks.add(LaxQuorum.PAGE_SHOWN_BY_ONE_SET);
    }
    if (leftOut.contains(LeftOut.QUORUM_OF_THE_NEW_EPOCH)) {
      lacks.add(LaxQuorum.PAGE_OF_THE_OLD_QUORUM);
    }
    if (leftOut.contains(LeftOut.PAGES_UP_TO_THE_SHORTEST)) {
      lacks.add(LaxQuorum.PAGES_MERGED_WHOLE);
    }
    if (leftOut.contains(LeftOut.CUT_IMAGES_OF_A_QUORUM)) {
      lacks.add(LaxQuorum.ONE_IMAGE_IS_ENOUGH);
    }
    if (leftOut.contains(LeftOut.CUT_IMAGES_MERGED)) {
      lacks.add(LaxQuorum.IMAGES_NOT_MERGED);
    }
    if (leftOut.contains(LeftOut.EXPIRED_NOT_SHOWN)) {
      lacks.add(LaxQuorum.EXPIRED_SHOWN);
    }
    if (leftOut.contains(LeftOut.OWN_COPY_OF_A_FAILED_WRITE)) {
      lacks.add(LaxQuorum.OWN_COPY_FORGOTTEN);
    }
    if (leftOut.contains(LeftOut.ONE_BALLOT)) {
      lacks.add(LaxQuorum.ANY_BALLOTS);
    }
    if (leftOut.contains(LeftOut.CHANGES_TAKEN_ONCE)) {
      lacks.add(LaxQuorum.CHANGES_TAKEN_AGAIN);
    }
    if (leftOut.contains(LeftOut.LOOK_AT_ALL_REPLICAS)) {
      lacks.add(LaxQuorum.FOUND_EMPTY_BY_A_QUORUM);
    }
    if (leftOut.contains(LeftOut.ANSWER_OF_EACH_REPLICA)) {
      lacks.add(LaxQuorum.RELAY_SPEAKS_FOR_OTHERS);
    }
    return lacks;
  }

  private static Set<LaxSession> sessionLacks(Set<LeftOut> leftOut) {
    Set<LaxSession> lacks = EnumSet.noneOf(LaxSession.class);
    if (leftOut.contains(LeftOut.STAMP_ABOVE_THE_SESSION)) {
      lacks.add(LaxSession.STAMPS_ANYWHERE);
    }
    if (leftOut.contains(LeftOut.MINIMUM_OF_A_SESSION)) {
      lacks.add(LaxSession.BELOW_THE_MINIMUM);
    }
    if (leftOut.contains(LeftOut.NOTHING_AS_PURGED)) {
      lacks.add(LaxSession.NOTHING_IS_NOTHING);
    }
    if (leftOut.contains(LeftOut.FLOOR_OF_A_SESSION)) {
      lacks.add(LaxSession.BELOW_THE_FLOOR);
    }
    return lacks;
  }

  private static Set<LaxSiblings> siblingsLack(Set<LeftOut> leftOut) {
    Set<LaxSiblings> lacks = EnumSet.noneOf(LaxSiblings.class);
    if (leftOut.contains(LeftOut.WHOLE_RECORD_OF_SIBLINGS)) {
      lacks.add(LaxSiblings.SENT_ALONE);
    }
    if (leftOut.contains(LeftOut.BOOT_IN_DOTS)) {
      lacks.add(LaxSiblings.ONE_ACTOR_FOR_ALL_BOOTS);
    }
    if (leftOut.contains(LeftOut.TENURE_IN_DOTS)) {
      lacks.add(LaxSiblings.ONE_ACTOR_FOR_ALL_TENURES);
    }
    if (leftOut.contains(LeftOut.WRITES_TAKEN_ONCE)) {
      lacks.add(LaxSiblings.TAKEN_AGAIN);
    }
    if (leftOut.contains(LeftOut.FORGOTTEN_WRITES_REFUSED)) {
      lacks.add(LaxSiblings.FORGOTTEN_TAKEN);
    }
    if (leftOut.contains(LeftOut.SIBLINGS_HELD_NOW)) {
      lacks.add(LaxSiblings.SENT_AS_BEFORE);
    }
    return lacks;
  }

  private static Set<LaxUpdates> updatesLack(Set<LeftOut> leftOut) {
    Set<LaxUpdates> lacks = EnumSet.noneOf(LaxUpdates.class);
    if (leftOut.contains(LeftOut.CLIENT_AS_WRITER)) {
      lacks.add(LaxUpdates.COORDINATOR_IS_WRITER);
    }
    if (leftOut.contains(LeftOut.EXACT_NUMBERS)) {
      lacks.add(LaxUpdates.HIGHEST_NUMBER_ALONE);
    }
    if (leftOut.contains(LeftOut.REMOVALS_TAKEN_ONCE)) {
      lacks.add(LaxUpdates.REMOVED_AGAIN);
    }
    if (leftOut.contains(LeftOut.REMOVALS_LOOK_AGAIN)) {
      lacks.add(LaxUpdates.LOOKED_ONCE);
    }
    if (leftOut.contains(LeftOut.FOLDED_WITH_THE_REST)) {
      lacks.add(LaxUpdates.FOLDED_SENT_ALONE);
    }
    return lacks;
  }

  private static Set<LaxFences> fencesLack(Set<LeftOut> leftOut) {
    Set<LaxFences> lacks = EnumSet.noneOf(LaxFences.class);
    if (leftOut.contains(LeftOut.FENCES)) {
      lacks.add(LaxFences.ANY_TOKEN);
    }
    if (leftOut.contains(LeftOut.FENCE_RAISED_BY_READS)) {
      lacks.add(LaxFences.READS_RAISE_NOTHING);
    }
    if (leftOut.contains(LeftOut.FENCED_OFF_REMEMBERED)) {
      lacks.add(LaxFences.TOLD_AT_ONCE);
    }
    if (leftOut.contains(LeftOut.TOKEN_HELD_AFTER_A_PURGE)) {
      lacks.add(LaxFences.UNASKED);
    }
    if (leftOut.contains(LeftOut.STAMPS_ABOVE_FENCES)) {
      lacks.add(LaxFences.BELOW_WHAT_IS_RAISED);
    }
    if (leftOut.contains(LeftOut.WHAT_IS_READ_RAISED)) {
      lacks.add(LaxFences.NOT_RAISED);
    }
    if (leftOut.contains(LeftOut.RAISED_BELOW_FRESH)) {
      lacks.add(LaxFences.RAISED_ABOVE_WHAT_IS_FRESH);
    }
    if (leftOut.contains(LeftOut.ATTEMPTS_ORDERED)) {
      lacks.add(LaxFences.ATTEMPTS_IN_ANY_ORDER);
    }
    return lacks;
  }

  private static Set<LaxRepair> repairLacks(Set<LeftOut> leftOut) {
    Set<LaxRepair> lacks = EnumSet.noneOf(LaxRepair.class);
    if (leftOut.contains(LeftOut.REPAIR_OF_ALL)) {
      lacks.add(LaxRepair.STOPS_AT_FIRST);
    }
    if (leftOut.contains(LeftOut.BYTES_OF_A_VERSION)) {
      lacks.add(LaxRepair.BYTES_NOT_COMPARED);
    }
    if (leftOut.contains(LeftOut.DEBT_OF_THE_DEPARTED)) {
      lacks.add(LaxRepair.AWAY_AT_HAND_OVER_UNMARKED);
    }
    if (leftOut.contains(LeftOut.DEBT_OF_THE_DEPARTED_AT_THE_END)) {
      lacks.add(LaxRepair.UNMARKED_AFTER_HAND_OVER);
    }
    if (leftOut.contains(LeftOut.MARKS_OF_THE_DEPARTED)) {
      lacks.add(LaxRepair.MARKS_STAY);
    }
    if (leftOut.contains(LeftOut.MARKS_OF_THE_DEPARTED_AT_START)) {
      lacks.add(LaxRepair.MARKS_STAY_AT_START);
    }
    if (leftOut.contains(LeftOut.ANSWER_BEFORE_THE_END)) {
      lacks.add(LaxRepair.ENDS_BEFORE_THE_ANSWER);
    }
    return lacks;
  }
}
