package io.quorate.sim.program;

import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.replica.LaxReplica;
import java.util.EnumSet;
import java.util.Set;

/** Which of the rules that are left out are a replica's. */
final class LackingReplica {
  private LackingReplica() {}

  static Set<LaxReplica.Rule> of(Set<LeftOut> leftOut) {
    Set<LaxReplica.Rule> lacks = EnumSet.noneOf(LaxReplica.Rule.class);
    for (LeftOut rule : leftOut) {
      switch (rule) {
        case DRAIN -> lacks.add(LaxReplica.Rule.DRAIN);
        case PROMISE_OF_A_PURGE -> lacks.add(LaxReplica.Rule.PROMISE);
        case FENCE_OF_EPOCHS -> lacks.add(LaxReplica.Rule.FENCE);
        case FENCE_OF_OWN_WRITES -> lacks.add(LaxReplica.Rule.FENCE_OF_OWN_WRITES);
        case DROP_AT_ARRIVAL -> lacks.add(LaxReplica.Rule.ARRIVAL);
        case DROP_OF_LEFTOVERS -> lacks.add(LaxReplica.Rule.LEFTOVERS);
        case BYTES_OF_A_VERSION -> lacks.add(LaxReplica.Rule.BYTES_OF_A_VERSION);
        case STAMP_BOUND -> lacks.add(LaxReplica.Rule.STAMP_BOUND);
        case REFUSAL_OF_THE_DROPPED -> lacks.add(LaxReplica.Rule.REFUSAL_OF_THE_DROPPED);
        case REFUSAL_OF_THE_CLOSED -> lacks.add(LaxReplica.Rule.REFUSAL_OF_THE_CLOSED);
        case START_OF_TREES -> lacks.add(LaxReplica.Rule.START_OF_TREES);
        case TREE_LOG_OF_HINTED -> lacks.add(LaxReplica.Rule.TREE_LOG_OF_HINTED);
        case TREES_UP_TO_THE_DURABLE -> lacks.add(LaxReplica.Rule.TREES_UP_TO_THE_DURABLE);
        case NOTES -> lacks.add(LaxReplica.Rule.NOTES);
        case NOTES_OF_OLDER -> lacks.add(LaxReplica.Rule.NOTES_OF_OLDER);
        case NOTES_WHOEVER_BRINGS -> lacks.add(LaxReplica.Rule.NOTES_WHOEVER_BRINGS);
        case NOTES_DURABLE -> lacks.add(LaxReplica.Rule.NOTES_DURABLE);
        case FLOOR_WITH_FORGETTING -> lacks.add(LaxReplica.Rule.FLOOR_WITH_FORGETTING);
        case FORGOTTEN_TOLD -> lacks.add(LaxReplica.Rule.FORGOTTEN_TOLD);
        case PURGED_AS_FORGOTTEN -> lacks.add(LaxReplica.Rule.PURGED_AS_FORGOTTEN);
        case OFFERED_TOLD -> lacks.add(LaxReplica.Rule.OFFERED_TOLD);
        case FLOOR_AT_MOVE -> lacks.add(LaxReplica.Rule.FLOOR_AT_MOVE);
        case FLOOR_OF_STAYING -> lacks.add(LaxReplica.Rule.FLOOR_OF_STAYING);
        case FLOOR_WHEN_FILLED -> lacks.add(LaxReplica.Rule.FLOOR_WHEN_FILLED);
        case PROMISES_KEPT -> lacks.add(LaxReplica.Rule.PROMISES);
        case MARKS_DURABLE -> lacks.add(LaxReplica.Rule.MARKS_STORED);
        case MARKS_HOLD_BACK -> lacks.add(LaxReplica.Rule.MARKS_HOLD_BACK);
        case FENCES_COPIED -> lacks.add(LaxReplica.Rule.FENCES_COPIED);
        case FORGOTTEN_FENCES -> lacks.add(LaxReplica.Rule.FORGOTTEN_FENCES);
        case LATEST_TIMES -> lacks.add(LaxReplica.Rule.LATEST_TIMES);
        case PROMISES_DURABLE -> lacks.add(LaxReplica.Rule.PROMISES_STORED);
        case CUT_KEPT -> lacks.add(LaxReplica.Rule.CUT_KEPT);
        case CUT_KEPT_LATE -> lacks.add(LaxReplica.Rule.CUT_KEPT_LATE);
        case CUT_CLOSED -> lacks.add(LaxReplica.Rule.CUT_CLOSED);
        case CUT_CLOSED_WHATEVER_IS_HELD -> lacks.add(LaxReplica.Rule.CUT_CLOSED_WHATEVER_IS_HELD);
        case CUT_WAITS_FOR_SEAL -> lacks.add(LaxReplica.Rule.CUT_WAITS_FOR_SEAL);
        case CUT_VOIDED -> lacks.add(LaxReplica.Rule.CUT_VOIDED);
        case CUT_HOLES -> lacks.add(LaxReplica.Rule.CUT_HOLES);
        case CUT_COUNTED -> lacks.add(LaxReplica.Rule.CUT_COUNTED);
        case CUT_DELETIONS -> lacks.add(LaxReplica.Rule.CUT_DELETIONS);
        case HISTORY_REPLACED -> lacks.add(LaxReplica.Rule.HISTORY_REPLACED);
        case HISTORY_LATE -> lacks.add(LaxReplica.Rule.HISTORY_LATE);
        case HISTORY_EXPIRED -> lacks.add(LaxReplica.Rule.HISTORY_EXPIRED);
        case HISTORY_BEGINS_AGAIN -> lacks.add(LaxReplica.Rule.HISTORY_BEGINS_AGAIN);
        case HISTORY_GOES_ON -> lacks.add(LaxReplica.Rule.HISTORY_GOES_ON);
        case HISTORY_SINCE_WHEN -> lacks.add(LaxReplica.Rule.HISTORY_SINCE_WHEN);
        default -> {}
      }
    }
    return lacks;
  }

  /** What is sent for these causes replaces what is held. */
  static Set<Cause> replacing(Set<LeftOut> leftOut) {
    Set<Cause> causes = EnumSet.noneOf(Cause.class);
    if (leftOut.contains(LeftOut.MERGE_OF_REPAIRS)) {
      causes.add(Cause.REPAIR);
    }
    if (leftOut.contains(LeftOut.MERGE_OF_HINTS)) {
      causes.add(Cause.HINT);
    }
    return causes;
  }
}
