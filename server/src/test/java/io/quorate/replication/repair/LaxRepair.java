package io.quorate.replication.repair;

import io.quorate.placement.Placements;
import io.quorate.version.Order;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import java.util.Set;

/** Rules of comparing that can be left out, for tests that must notice it. */
public enum LaxRepair {
  /** A comparison is done once it has brought one record. */
  STOPS_AT_FIRST,
  /** A comparison may be done before the other replica has answered. */
  ENDS_BEFORE_THE_ANSWER,
  /** Records of one version are taken to be equal. */
  BYTES_NOT_COMPARED,
  /** Replicas that are away while another one hands over are not marked. */
  AWAY_AT_HAND_OVER_UNMARKED,
  /** Those that come back meanwhile are not marked again at its end. */
  UNMARKED_AFTER_HAND_OVER,
  /** Marks of nodes that are no replicas any more stay with these when a partition changes. */
  MARKS_STAY,
  /** They do so when a node starts. */
  MARKS_STAY_AT_START;

  /** Makes what compares without these rules. */
  public static AntiEntropy create(
      Set<LaxRepair> lacks, AntiEntropy.Collaborators with, Placements placements) {
    return new AntiEntropy(
        with,
        placements,
        new RepairRules() {
          @Override
          boolean goesOnAfter(int differencesSoFar) {
            return !lacks.contains(STOPS_AT_FIRST) || differencesSoFar == 0;
          }

          @Override
          Order compare(RecordModel model, Summary ours, Summary theirs) {
            return lacks.contains(BYTES_NOT_COMPARED)
                ? Order.of(ours.version().compareTo(theirs.version()))
                : super.compare(model, ours, theirs);
          }

          @Override
          boolean marksAwayAtHandOver() {
            return !lacks.contains(AWAY_AT_HAND_OVER_UNMARKED);
          }

          @Override
          boolean marksAgainAfterHandOver() {
            return !lacks.contains(UNMARKED_AFTER_HAND_OVER);
          }

          @Override
          boolean movesMarks() {
            return !lacks.contains(MARKS_STAY);
          }

          @Override
          boolean movesMarksAtStart() {
            return !lacks.contains(MARKS_STAY_AT_START);
          }

          @Override
          boolean waitsForAnswers() {
            return !lacks.contains(ENDS_BEFORE_THE_ANSWER);
          }
        });
  }
}
