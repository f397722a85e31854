package io.quorate.sim.program;

import io.quorate.cut.LaxCut;
import java.util.EnumSet;
import java.util.Set;

/** Which of the rules that are left out are those of the driver of cuts. */
final class LackingCuts {
  private LackingCuts() {}

  static Set<LaxCut> of(Set<LeftOut> leftOut) {
    Set<LaxCut> lacks = EnumSet.noneOf(LaxCut.class);
    for (LeftOut rule : leftOut) {
      switch (rule) {
        case CUT_REPORTS_OF_ITS_TIME -> lacks.add(LaxCut.ANY_TIME);
        case CUT_ARMED_IN_TIME -> lacks.add(LaxCut.ARMED_TOO_LATE);
        case CUT_CLOSED_IN_TIME -> lacks.add(LaxCut.CLOSED_TOO_EARLY);
        case CUT_ARMED_BY_ALL -> lacks.add(LaxCut.SOME_NOT_READY);
        case CUT_ENOUGH_IMAGES -> lacks.add(LaxCut.ANY_IS_ENOUGH);
        default -> {}
      }
    }
    return lacks;
  }
}
